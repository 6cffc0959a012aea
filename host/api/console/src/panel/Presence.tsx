export interface Presence {
  availability: string;
  activity: string;
}

const TONE: Record<string, string> = {
  Available: 'good', AvailableIdle: 'good', Away: 'warn', BeRightBack: 'warn', Busy: 'bad', BusyIdle: 'bad', DoNotDisturb: 'bad',
};

/** `InAMeeting` → `In a meeting`. */
const spoken = (word: string) => word.replace(/(?<=.)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** Whether somebody is there, as Teams shows it. */
export function PresenceDot({ presence }: { presence: Presence | undefined | null }) {
  const tone = TONE[presence?.availability ?? ''] ?? 'off';
  const word = presence ? (presence.activity === presence.availability ? spoken(presence.availability) : `${spoken(presence.availability)}, ${spoken(presence.activity)}`) : 'Presence not known';
  return <span className={`presence ${tone}`} role="img" aria-label={word} title={word} />;
}
