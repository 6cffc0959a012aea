// The lane of an event: received → verified → deduplicated → queued → attempts → upstream calls. Pure: what each
// station says follows from the event alone.

import type { CallRecord, EventDetail, RunRecord } from '../api/model';
import { duration } from '../time/countdown';

export type Mark = 'passed' | 'now' | 'waiting' | 'failed' | 'ahead';

export interface Station {
  key: 'received' | 'verified' | 'deduplicated' | 'queued' | 'attempts' | 'calls';
  label: string;
  mark: Mark;
  says: string;
}

/** The stations in order. What comes before the queue has happened, or there would be no event. */
export function lane(event: EventDetail): Station[] {
  return [
    { key: 'received', label: 'Received', mark: 'passed', says: origin(event) },
    { key: 'verified', label: 'Verified', mark: 'passed', says: proof(event) },
    { key: 'deduplicated', label: 'Deduplicated', mark: 'passed', says: uniqueness(event) },
    queued(event),
    attempts(event),
    calls(event),
  ];
}

function origin(event: EventDetail): string {
  const { payload } = event;
  switch (payload.kind) {
    case 'notification':
      return `Graph notification, ${payload.change_type}`;
    case 'gap':
      return 'Gap: the host told of an uncovered time';
    case 'timer':
      return `Timer ${payload.key}`;
    case 'webhook':
      return `Webhook ${payload.hook}, ${payload.method}`;
    case 'custom':
      return `Emitted by the connector: ${payload.type}`;
  }
}

function proof(event: EventDetail): string {
  switch (event.payload.kind) {
    case 'notification':
      return 'clientState compared in constant time';
    case 'webhook':
      return 'the caller proved itself';
    default:
      return 'made by the host itself';
  }
}

function uniqueness(event: EventDetail): string {
  if (event.replayed) return 'delivered again by an operator, last of its key';
  return event.payload.kind === 'notification' ? 'first of its resource and version' : 'the only one of its id';
}

function queued(event: EventDetail): Station {
  const at = { key: 'queued', label: 'Queued' } as const;
  if (event.parked) return { ...at, mark: 'waiting', says: `parked: waits for the connection ${event.parked}` };
  if (event.state === 'pending' && event.attempts === 0) {
    return { ...at, mark: 'now', says: `waits for its turn behind ${event.ordering_key}` };
  }
  return { ...at, mark: 'passed', says: event.ordering_key };
}

function attempts(event: EventDetail): Station {
  const at = { key: 'attempts', label: 'Attempts' } as const;
  const spent = plural(event.attempts, 'attempt');
  switch (event.state) {
    case 'done':
      return { ...at, mark: 'passed', says: `${spent}, handled` };
    case 'dead':
      return { ...at, mark: 'failed', says: `${spent}, dead letter` };
    case 'pending':
      if (event.attempts === 0) return { ...at, mark: 'ahead', says: 'none yet' };
      return { ...at, mark: event.parked ? 'ahead' : 'waiting', says: `${spent}, another will follow` };
  }
}

function calls(event: EventDetail): Station {
  const at = { key: 'calls', label: 'Upstream calls' } as const;
  const last = event.runs.at(-1);
  if (!last) return { ...at, mark: 'ahead', says: 'none yet' };
  const broken = last.calls.filter(isBroken).length;
  const says = `${plural(last.calls.length, 'call')} in the last run`;
  if (event.state === 'done') return { ...at, mark: 'passed', says };
  return { ...at, mark: broken > 0 ? 'failed' : 'waiting', says: broken > 0 ? `${says}, ${broken} not done` : says };
}

/** Whether a call did not bring what it was made for. */
export function isBroken(call: CallRecord): boolean {
  return call.result.kind === 'denied' || call.result.kind === 'failed' || call.result.status >= 400;
}

/** How a call ended, in a word or a number. */
export function ending(call: CallRecord): string {
  const { result } = call;
  switch (result.kind) {
    case 'answered':
      return String(result.status);
    case 'remembered':
      return `${result.status}, remembered`;
    case 'denied':
      return 'denied';
    case 'failed':
      return result.in_doubt ? 'no answer, in doubt' : 'not sent';
  }
}

/** How a run ended, for people. */
export function outcome(run: RunRecord): { word: string; mark: Mark } {
  switch (run.outcome.kind) {
    case 'done':
      return { word: 'Handled', mark: 'passed' };
    case 'retry':
      return { word: 'Asked for another attempt', mark: 'waiting' };
    case 'permanent':
      return { word: 'Refused for good', mark: 'failed' };
    case 'stopped':
      return { word: 'Stopped by the host', mark: 'failed' };
    case 'conflict':
      return { word: 'Overtaken by another run', mark: 'waiting' };
  }
}

/** Where the bars of a run's calls begin and end, in parts of its duration, as if they were made one after another. */
export function bars(run: RunRecord): { call: CallRecord; from: number; width: number; took: string }[] {
  const sum = run.calls.reduce((total, call) => total + call.duration_us, 0);
  const whole = Math.max(run.duration_us, sum, 1);
  let from = 0;
  return run.calls.map((call) => {
    const bar = { call, from: from / whole, width: call.duration_us / whole, took: duration(call.duration_us) };
    from += call.duration_us;
    return bar;
  });
}

export function plural(count: number, word: string): string {
  return `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;
}
