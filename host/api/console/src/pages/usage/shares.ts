// How much of its limits an installation uses, and how its events stand, as parts of lines. Pure.

import type { InstallationUsage } from '../../api/model';
import { bytes } from '../../time/countdown';

export type Fill = 'calm' | 'warn' | 'bad';

export interface Gauge {
  label: string;
  /** Of 1; more than 1 is 1. */
  share: number;
  fill: Fill;
  says: string;
}

/** From here on somebody should look at it; from there on writes are about to be refused. */
const WARN = 0.8;
const BAD = 0.95;

function gauge(label: string, used: number, limit: number, words: (count: number) => string): Gauge {
  const share = limit > 0 ? Math.min(1, used / limit) : used > 0 ? 1 : 0;
  const fill = share >= BAD ? 'bad' : share >= WARN ? 'warn' : 'calm';
  return { label, share, fill, says: `${words(used)} of ${words(limit)}` };
}

const count = (number: number) => number.toLocaleString('en');

/** What has a limit. */
export function gauges(of: InstallationUsage): Gauge[] {
  return [
    gauge('Storage', of.storage_bytes, of.storage_bytes_limit, bytes),
    gauge('Keys', of.storage_keys, of.storage_keys_limit, count),
    gauge('Datasets', of.dataset_bytes, of.dataset_bytes_limit, bytes),
  ];
}

export interface Stretch {
  state: 'done' | 'pending' | 'dead';
  count: number;
  /** Width, of the longest line in the list. */
  share: number;
}

/** Events by where they stand, drawn against the busiest installation, the busiest first. */
export function standings(all: InstallationUsage[]): { installation: string; total: number; stretches: Stretch[] }[] {
  const total = ({ events }: InstallationUsage) => events.done + events.pending + events.dead;
  const most = Math.max(1, ...all.map(total));
  return all.toSorted((left, right) => total(right) - total(left) || left.installation.localeCompare(right.installation)).map((one) => ({
    installation: one.installation,
    total: total(one),
    stretches: (['done', 'pending', 'dead'] as const).map((state) => ({ state, count: one.events[state], share: one.events[state] / most })).filter(({ count }) => count > 0),
  }));
}

/** What is fullest, of 1: by it a list is put in order. */
export const fullest = (of: InstallationUsage): number => Math.max(...gauges(of).map(({ share }) => share));
