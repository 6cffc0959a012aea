import { expect, it } from 'vitest';
import { parts, shares } from './stretches';

const stretches = [
  { from: 0, to: 900, state: 'presumed' as const },
  { from: 900, to: 901, state: 'open' as const, reason: 'missed' },
  { from: 901, to: 1_000, state: 'confirmed' as const },
];

it('shows even the shortest gap, and ends where it ends', () => {
  const drawn = parts(stretches, 0.01);
  expect(drawn.map(({ width }) => width)).toEqual([0.9, 0.01, 0.099]);
  expect(drawn.every(({ at, width }) => at >= 0 && at + width <= 1.000_001)).toBe(true);
  expect(parts([])).toEqual([]);
});

it('counts all of the time once', () => {
  expect(shares(stretches)).toEqual({ confirmed: 0.099, presumed: 0.9, open: 0.001 });
  expect(shares([])).toEqual({ confirmed: 0, presumed: 0, open: 0 });
});
