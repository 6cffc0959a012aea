import { expect, it } from 'vitest';
import type { InstallationUsage } from '../../api/model';
import { fullest, gauges, standings } from './shares';

const usage = (installation: string, over: Partial<InstallationUsage> = {}): InstallationUsage => ({
  installation, storage_bytes: 0, storage_bytes_limit: 1_048_576, storage_keys: 0, storage_keys_limit: 100, dataset_bytes: 0, dataset_bytes_limit: 0,
  events: { pending: 0, done: 0, dead: 0 }, ...over,
});

it('warns before a limit is met', () => {
  const fill = (keys: number) => gauges(usage('a', { storage_keys: keys }))[1];
  expect([79, 80, 94, 95, 200].map((keys) => fill(keys)?.fill)).toEqual(['calm', 'warn', 'warn', 'bad', 'bad']);
  expect(fill(200)).toMatchObject({ share: 1, says: '200 of 100' });
  expect(fullest(usage('a', { storage_keys: 30, storage_bytes: 524_288 }))).toBe(0.5);
});

it('takes nothing of nothing for empty, and something of nothing for full', () => {
  expect(gauges(usage('a'))[2]?.share).toBe(0);
  expect(gauges(usage('a', { dataset_bytes: 1 }))[2]).toMatchObject({ share: 1, fill: 'bad' });
});

it('draws events against the busiest installation', () => {
  const drawn = standings([usage('quiet'), usage('calm', { events: { done: 5, pending: 0, dead: 5 } }), usage('busy', { events: { done: 15, pending: 5, dead: 0 } })]);
  expect(drawn.map(({ installation, total }) => [installation, total])).toEqual([['busy', 20], ['calm', 10], ['quiet', 0]]);
  expect(drawn[0]?.stretches).toEqual([{ state: 'done', count: 15, share: 0.75 }, { state: 'pending', count: 5, share: 0.25 }]);
  expect(drawn[2]?.stretches).toEqual([]);
});
