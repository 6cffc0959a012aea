import { expect, it } from 'vitest';
import { MODES, movesNotes } from './mode';

// None, Teams, OneNote, both: from across, to down; `!` warns.
const TABLE = ['..!!', '..!!', '!!..', '!!..'];

it('warns of whatever moves notes, and of nothing else', () => {
  const found = MODES.map((to) => MODES.map((from) => (movesNotes(from.value, to.value) ? '!' : '.')).join(''));
  expect(found).toEqual(TABLE);
});

it('knows a mode by what the vault calls it, and warns when it does not know', () => {
  expect(movesNotes('MS OneNote', 'ms_teams_and_onenote__v')).toBe(false);
  expect(movesNotes(undefined, 'ms_teams__v')).toBe(true);
});
