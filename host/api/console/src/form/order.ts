// Orders of lists, where order matters. Pure.

/** The list with the item at `from` at the place `to`. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = [...list];
  const [item] = rest.splice(from, 1);
  if (item === undefined) return [...list];
  rest.splice(Math.max(0, Math.min(to, rest.length)), 0, item);
  return rest;
}

/** The list with these items before or after another of them, as a drop says it. */
export function dropped<T>(list: readonly T[], items: ReadonlySet<T>, target: T, where: 'before' | 'after'): T[] {
  if (items.has(target)) return [...list];
  const rest = list.filter((item) => !items.has(item));
  const place = rest.indexOf(target) + (where === 'after' ? 1 : 0);
  return [...rest.slice(0, place), ...list.filter((item) => items.has(item)), ...rest.slice(place)];
}

type Path = readonly (string | number)[];

/** The data with the list at `path` in another order; everything else is the same. */
export function reordered(data: unknown, path: Path, from: number, to: number): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return Array.isArray(data) ? moved(data, from, to) : data;
  if (Array.isArray(data)) return data.map((item, place) => (place === Number(first) ? reordered(item, rest, from, to) : item));
  if (typeof data !== 'object' || data === null) return data;
  return { ...data, [first]: reordered((data as Record<string, unknown>)[first], rest, from, to) };
}
