import { expect, it } from 'vitest';
import { dropped, moved, reordered } from './order';

it('moves one item and keeps the order of the others', () => {
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
  expect(moved(['a', 'b', 'c'], 0, 99)).toEqual(['b', 'c', 'a']);
  expect(moved(['a', 'b'], 7, 0)).toEqual(['a', 'b']);
});

it('drops telephone types where they were let go', () => {
  const phones = ['business', 'mobile', 'fax'];
  expect(dropped(phones, new Set(['fax']), 'business', 'before')).toEqual(['fax', 'business', 'mobile']);
  expect(dropped(phones, new Set(['business']), 'mobile', 'after')).toEqual(['mobile', 'business', 'fax']);
  expect(dropped(phones, new Set(['business', 'fax']), 'mobile', 'before')).toEqual(['business', 'fax', 'mobile']);
  expect(dropped(phones, new Set(['mobile']), 'mobile', 'before')).toEqual(phones);
});

it('reorders a list deep inside and touches nothing else', () => {
  const data = { profiles: { on: true, custom: [{ users: ['x', 'y'] }, { users: [] }] }, other: 1 };
  const next = reordered(data, ['profiles', 'custom', 0, 'users'], 1, 0);
  expect(next).toEqual({ profiles: { on: true, custom: [{ users: ['y', 'x'] }, { users: [] }] }, other: 1 });
  expect(reordered(data, ['missing', 'list'], 1, 0)).toEqual({ ...data, missing: undefined });
});
