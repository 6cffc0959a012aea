// The questions behind the charts of call quality, as the connector's own page names them.

import type { Question } from '../../api/queries';

/** What people would rather look at than read. */
export interface Chart {
  id: string;
  title: string;
  about: string;
  table: string;
  question: Question;
}

const AUDIO = ['is_audio:true'];
const QUALITY = ['count', 'mean:mos', 'share:poor', 'mean:jitter_ms', 'mean:loss', 'mean:round_trip_ms'];

export const CALLS: Chart = {
  id: 'calls', title: 'Calls a day', about: 'And the share of them that failed.', table: 'calls',
  question: { by: ['day'], measure: ['count', 'share:failed'] },
};
export const REASONS: Chart = {
  id: 'reasons', title: 'Why sessions failed', about: 'By the stage and the reason that Graph names.', table: 'sessions',
  question: { by: ['failure_stage', 'failure_reason'], measure: ['count'], where: ['failed:true'] },
};
export const QUALITIES: Chart[] = [
  { id: 'network', title: 'Quality by network', about: 'Of the sender.', table: 'streams', question: { by: ['sender_network'], measure: QUALITY, where: AUDIO } },
  { id: 'device', title: 'Quality by device', about: 'Of the sender.', table: 'streams', question: { by: ['sender_device'], measure: QUALITY, where: AUDIO } },
  { id: 'agent', title: 'Quality by user agent', about: 'Product and platform of the sender.', table: 'streams', question: { by: ['sender_product', 'sender_platform'], measure: QUALITY, where: AUDIO } },
];

export interface Day {
  day: string;
  good: number;
  failed: number;
  share: number;
}

interface Group {
  by: Record<string, unknown>;
  measures: Record<string, unknown>;
}

const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

/** Every day from the first to the last, those without a call too. */
export function daily(groups: Group[]): Day[] {
  const known = new Map(groups.filter(({ by }) => typeof by['day'] === 'string').map(({ by, measures }) => [String(by['day']), measures]));
  const days = [...known.keys()].sort();
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const all: Day[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    const measures = known.get(day) ?? {};
    const [count, share] = [number(measures['count']), number(measures['share:failed'])];
    const failed = Math.round(count * share);
    all.push({ day, good: count - failed, failed, share });
  }
  return all;
}

export interface Quality {
  name: string;
  streams: number;
  mos: number | undefined;
  poor: number;
  jitter: number;
  loss: number;
  roundTrip: number;
}

/** Groups with most streams first; what Graph did not say has a name too. */
export function qualities(groups: Group[], by: string[], most = 8): Quality[] {
  const of = ({ by: named, measures }: Group): Quality => ({
    name: by.map((column) => named[column]).filter((part) => part !== null && part !== undefined && part !== '').join(' · ') || 'not said',
    streams: number(measures['count']),
    mos: typeof measures['mean:mos'] === 'number' ? measures['mean:mos'] : undefined,
    poor: number(measures['share:poor']),
    jitter: number(measures['mean:jitter_ms']),
    loss: number(measures['mean:loss']),
    roundTrip: number(measures['mean:round_trip_ms']),
  });
  return groups.map(of).sort((left, right) => right.streams - left.streams).slice(0, most);
}
