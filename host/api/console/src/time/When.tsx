import { useNow } from './now';
import { type Urgency, relative, span } from './countdown';

const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** A moment in words, exact when pointed at. */
export function When({ at, ahead = false }: { at: number; ahead?: boolean }) {
  const now = useNow();
  // The host's clock and this one may differ a little: nothing has happened in the future.
  const shown = ahead ? at : Math.min(at, now);
  return <time dateTime={new Date(at).toISOString()} title={exact.format(at)} className="nowrap">{relative(shown, now)}</time>;
}

/** A moment as the clock on the wall shows it. */
export function Clock({ at }: { at: number }) {
  return <time dateTime={new Date(at).toISOString()} className="nowrap">{exact.format(at)}</time>;
}

const TONE: Record<Urgency, string> = { over: 'bad', urgent: 'bad', soon: 'warn', calm: 'good' };

/** What is left until something ends. */
export function Countdown({ to, judge }: { to: number; judge: (to: number, now: number) => Urgency }) {
  const now = useNow();
  const urgency = judge(to, now);
  return (
    <span className={`badge ${TONE[urgency]}`} title={exact.format(to)}>
      {urgency === 'over' ? `ended ${span(now - to)} ago` : span(to - now)}
    </span>
  );
}
