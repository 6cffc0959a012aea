// Words for times: how long until, how long since, how urgent. Pure; times are milliseconds since 1970.

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The two largest units of a span: `2 d 3 h`, `59 min 4 s`, `0 s`. */
export function span(millis: number): string {
  const units: [number, string][] = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [SECOND, 's'],
  ];
  const rest = Math.max(0, Math.floor(millis / SECOND) * SECOND);
  const first = units.findIndex(([size]) => rest >= size);
  if (first === -1) return '0 s';
  const [size, word] = units[first] as [number, string];
  const large = Math.floor(rest / size);
  const next = units[first + 1];
  const small = next ? Math.floor((rest % size) / next[0]) : 0;
  return small > 0 && next && large < 10 ? `${large} ${word} ${small} ${next[1]}` : `${large} ${word}`;
}

/** `in 2 d 3 h`, `4 min ago`, `now`. */
export function relative(time: number, now: number): string {
  const away = time - now;
  if (Math.abs(away) < SECOND) return 'now';
  return away > 0 ? `in ${span(away)}` : `${span(-away)} ago`;
}

/** How near the end of something is that ends by itself unless somebody acts. */
export type Urgency = 'over' | 'urgent' | 'soon' | 'calm';

/** The stages of the expiry calendar: a day, fifteen days (the pink bar), a month. */
export function expiry(time: number, now: number): Urgency {
  const left = time - now;
  if (left <= 0) return 'over';
  if (left <= DAY) return 'urgent';
  return left <= 15 * DAY ? 'soon' : 'calm';
}

/** A subscription is renewed by the host well before; what is this close was not. */
export function renewal(expires: number, now: number): Urgency {
  const left = expires - now;
  if (left <= 0) return 'over';
  if (left <= 5 * MINUTE) return 'urgent';
  return left <= 15 * MINUTE ? 'soon' : 'calm';
}

/** `0.8 ms`, `431 ms`, `2.41 s`, from microseconds. */
export function duration(micros: number): string {
  if (micros < 1_000) return `${micros} µs`;
  if (micros < 10_000) return `${(micros / 1_000).toFixed(1)} ms`;
  if (micros < 1_000_000) return `${Math.round(micros / 1_000)} ms`;
  return micros < 60_000_000 ? `${(micros / 1_000_000).toFixed(2)} s` : span(micros / 1_000);
}

/** `512 B`, `1.4 KiB`, `64 MiB`. */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
