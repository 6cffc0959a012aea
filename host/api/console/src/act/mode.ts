// The Microsoft integration of a vault: four modes, and the warning that belongs between them. Pure.

export interface Mode {
  value: string;
  label: string;
  help: string;
  onenote: boolean;
}

export const MODES: Mode[] = [
  { value: 'none__v', label: 'None', help: 'Uses Service Center\u2019s standard Case Note capabilities. Microsoft integrations are not available.', onenote: false },
  { value: 'ms_teams__v', label: 'MS Teams', help: 'Integrated collaboration through MS Teams, and the standard application Case Note.', onenote: false },
  { value: 'ms_onenote__v', label: 'MS OneNote', help: 'Case Notes are stored in Microsoft OneNote. Changes the Case Note experience.', onenote: true },
  { value: 'ms_teams_and_onenote__v', label: 'MS Teams and OneNote', help: 'Enables both Microsoft Teams and Microsoft OneNote.', onenote: true },
];

export const WARNING = {
  code: 'vault.confirm-toggle',
  message: 'Toggling the Service Center application between Microsoft OneNote and Case Note is not recommended.',
  remedy: 'Notes are not moved: those written the other way stay where they are, and are not shown beside the cases any more. Decide before you deploy.',
};

/** Whether notes would be kept elsewhere than before. Not knowing how it is now is reason enough to warn. */
export function movesNotes(now: string | undefined, next: string): boolean {
  const before = MODES.find(({ value, label }) => value === now || label === now);
  return before === undefined || before.onenote !== MODES.find(({ value }) => value === next)?.onenote;
}
