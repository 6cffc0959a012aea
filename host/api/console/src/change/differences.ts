// What two versions of the same thing have not in common, field by field. Pure.

export interface Difference {
  /** Names from the top down, as people read them: `rules › 2 › name`. */
  field: string;
  mine: string;
  theirs: string;
}

/** Nothing is there. */
const NOTHING = '–';

/** Fields that are not the same in both, in the order of theirs; what only mine has comes last. */
export function differences(mine: unknown, theirs: unknown): Difference[] {
  const [of, as] = [flat(mine), flat(theirs)];
  return [...new Set([...as.keys(), ...of.keys()])]
    .filter((field) => of.get(field) !== as.get(field))
    .map((field) => ({ field, mine: of.get(field) ?? NOTHING, theirs: as.get(field) ?? NOTHING }));
}

/** Every value that holds no other, by its place. Lists of plain values are one value: their order counts. */
function flat(value: unknown, at: string[] = [], found = new Map<string, string>()): Map<string, string> {
  if (value === undefined || value === null) return found;
  if (typeof value !== 'object' || isPlainList(value)) return found.set(at.join(' › '), said(value));
  const parts: [string, unknown][] = Array.isArray(value) ? value.map((item, place) => [String(place + 1), item]) : Object.entries(value);
  for (const [name, part] of parts) flat(part, [...at, name], found);
  return found;
}

const isPlainList = (value: object): boolean => Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null);
const said = (value: unknown): string => (Array.isArray(value) ? (value.length === 0 ? 'none' : value.join(', ')) : String(value));
