import { expect, it } from 'vitest';
import { differences } from './differences';

it('says nothing of what is the same', () => {
  expect(differences({ a: 1, b: [1, 2], c: { d: null } }, { b: [1, 2], a: 1, c: {} })).toEqual([]);
});

it('names what was changed, added and taken away, by its place', () => {
  const mine = { name: 'Acme', rules: [{ name: 'blockers', words: ['legal'] }, { name: 'pricing' }] };
  const theirs = { name: 'Acme Ltd', rules: [{ name: 'blockers', words: ['legal', 'risk'] }], phones: [] };
  expect(differences(mine, theirs)).toEqual([
    { field: 'name', mine: 'Acme', theirs: 'Acme Ltd' },
    { field: 'rules › 1 › words', mine: 'legal', theirs: 'legal, risk' },
    { field: 'phones', mine: '–', theirs: 'none' },
    { field: 'rules › 2 › name', mine: 'pricing', theirs: '–' },
  ]);
});

it('takes another order for another value', () => {
  expect(differences({ phones: ['mobile', 'business'] }, { phones: ['business', 'mobile'] })).toHaveLength(1);
});
