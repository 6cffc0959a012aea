import { describe, expect, it } from 'vitest';
import { bytes, DAY, duration, expiry, relative, renewal, span } from './countdown';

describe('spans', () => {
  it.each([
    [-5, '0 s'],
    [999, '0 s'],
    [1_000, '1 s'],
    [61_000, '1 min 1 s'],
    [600_000, '10 min'],
    [3_600_000 + 120_000, '1 h 2 min'],
    [2 * DAY + 3 * 3_600_000, '2 d 3 h'],
    [40 * DAY + 3_600_000, '40 d'],
  ])('%d ms is %s', (millis, words) => expect(span(millis)).toBe(words));

  it('tells before from after', () => {
    expect(relative(1_000_000, 940_000)).toBe('in 1 min');
    expect(relative(940_000, 1_000_000)).toBe('1 min ago');
    expect(relative(1_000_000, 1_000_400)).toBe('now');
  });
});

describe('urgency', () => {
  it('turns pink fifteen days before a secret ends, and not a moment earlier', () => {
    const now = 1_000_000_000;
    expect(expiry(now + 15 * DAY + 1, now)).toBe('calm');
    expect(expiry(now + 15 * DAY, now)).toBe('soon');
    expect(expiry(now + DAY, now)).toBe('urgent');
    expect(expiry(now, now)).toBe('over');
  });

  it('is worried about a subscription that nobody renewed', () => {
    expect(renewal(16 * 60_000, 0)).toBe('calm');
    expect(renewal(15 * 60_000, 0)).toBe('soon');
    expect(renewal(5 * 60_000, 0)).toBe('urgent');
    expect(renewal(0, 0)).toBe('over');
  });
});

describe('sizes', () => {
  it.each([
    [80, '80 µs'],
    [1_400, '1.4 ms'],
    [431_000, '431 ms'],
    [2_410_000, '2.41 s'],
    [120_000_000, '2 min'],
  ])('%d µs is %s', (micros, words) => expect(duration(micros)).toBe(words));

  it.each([
    [512, '512 B'],
    [1_434, '1.4 KiB'],
    [67_108_864, '64 MiB'],
  ])('%d bytes are %s', (count, words) => expect(bytes(count)).toBe(words));
});
