import { expect, it } from 'vitest';
import type { KeysSummary } from '../../api/model';
import { far } from './exchange';

const keys = (state: KeysSummary['exchange']['state'], old: string[][], unreadable = 0): KeysSummary => ({
  master: { id: 'm', kept: 'file' },
  exchange: { state, looked_at: 1_200, resealed: 1, unreadable },
  tenants: old.map((names, place) => ({ tenant: `t${place}`, id: 'k', old: names })),
});

it('says nothing while nothing is done', () => {
  expect(far(keys('idle', [[], []]))).toBeUndefined();
  expect(far(keys('idle', []))).toBeUndefined();
});

it('says how far it is, by tenants that still have an old key', () => {
  expect(far(keys('sealing', [['a'], [], [], []]))).toEqual({ says: '1,200 values looked at, 1 secret sealed anew. 1 tenant still has an old key.', share: 0.75 });
  expect(far(keys('settling', [['a'], ['b']]))?.says).toContain('2 tenants still have an old key');
});

it('names what was damaged, also afterwards', () => {
  expect(far(keys('idle', [[]], 2))).toEqual({ says: 'No exchange is under way.', damaged: '2 secrets cannot be opened by their own key' });
});
