import { expect, it } from 'vitest';
import { daily, qualities } from './questions';

it('shows days without a call too', () => {
  const days = daily([
    { by: { day: '2026-11-03' }, measures: { count: 10, 'share:failed': 0.2 } },
    { by: { day: '2026-11-01' }, measures: { count: 4, 'share:failed': null } },
  ]);
  expect(days).toEqual([
    { day: '2026-11-01', good: 4, failed: 0, share: 0 },
    { day: '2026-11-02', good: 0, failed: 0, share: 0 },
    { day: '2026-11-03', good: 8, failed: 2, share: 0.2 },
  ]);
  expect(daily([])).toEqual([]);
});

it('names what Graph did not say, and shows the largest first', () => {
  const found = qualities([
    { by: { a: null, b: null }, measures: { count: 1, 'mean:mos': null } },
    { by: { a: 'Teams', b: 'Windows' }, measures: { count: 9, 'mean:mos': 4.1, 'share:poor': 0.1 } },
  ], ['a', 'b']);
  expect(found.map(({ name, streams, mos }) => [name, streams, mos])).toEqual([['Teams · Windows', 9, 4.1], ['not said', 1, undefined]]);
});
