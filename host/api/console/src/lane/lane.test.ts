import { describe, expect, it } from 'vitest';
import type { CallRecord, EventDetail, RunRecord } from '../api/model';
import { bars, ending, isBroken, lane } from './lane';

const call = (result: CallRecord['result'], duration_us = 100): CallRecord => ({
  through: 'graph',
  method: 'GET',
  target: 'https://graph.microsoft.com/v1.0/teams',
  result,
  sent: 0,
  received: 10,
  duration_us,
});

const run = (outcome: RunRecord['outcome'], calls: CallRecord[] = []): RunRecord => ({
  event: { installation: { tenant: 'acme', installation: 'deal-desk' }, id: '0198' },
  attempt: 1,
  started: 5,
  duration_us: 1_000,
  cpu_ms: 1,
  memory_bytes: 0,
  outcome,
  calls,
  log: [],
});

const event = (over: Partial<EventDetail>): EventDetail => ({
  id: '0198',
  installation: 'deal-desk',
  received: 1,
  state: 'pending',
  attempts: 0,
  summary: '',
  ordering_key: 'teams/1',
  payload: { kind: 'notification', resource: 'teams/1', change_type: 'created', resource_data: '{}' },
  runs: [],
  ...over,
});

const marks = (over: Partial<EventDetail>) => lane(event(over)).map((station) => station.mark);

describe('the lane', () => {
  it('waits in the queue before its first attempt', () => {
    expect(marks({})).toEqual(['passed', 'passed', 'passed', 'now', 'ahead', 'ahead']);
  });

  it('has passed everything when it is done', () => {
    const runs = [run({ kind: 'done' }, [call({ kind: 'answered', status: 201 })])];
    expect(marks({ state: 'done', attempts: 1, runs })).toEqual(Array(6).fill('passed'));
  });

  it('stands at its connection while it is parked', () => {
    const problem = { code: 'connection.credential', message: '' };
    const runs = [run({ kind: 'retry', problem }, [call({ kind: 'answered', status: 401 })])];
    expect(marks({ parked: 'salesforce', attempts: 1, runs }).slice(3)).toEqual(['waiting', 'ahead', 'failed']);
    expect(lane(event({ parked: 'salesforce' }))[3]?.says).toContain('salesforce');
  });

  it('ends at its attempts as a dead letter', () => {
    const runs = [run({ kind: 'permanent', problem: { code: 'x', message: '' } })];
    expect(marks({ state: 'dead', attempts: 8, runs }).slice(4)).toEqual(['failed', 'waiting']);
  });

  it('says that an operator delivered it again', () => {
    expect(lane(event({ replayed: true }))[2]?.says).toContain('again');
  });
});

describe('calls', () => {
  it.each<[CallRecord['result'], string, boolean]>([
    [{ kind: 'answered', status: 200 }, '200', false],
    [{ kind: 'answered', status: 429 }, '429', true],
    [{ kind: 'remembered', status: 201 }, '201, remembered', false],
    [{ kind: 'denied', asked: 'Mail.Read' }, 'denied', true],
    [{ kind: 'failed', reason: 'reset', in_doubt: true }, 'no answer, in doubt', true],
    [{ kind: 'failed', reason: 'dns', in_doubt: false }, 'not sent', true],
  ])('%o', (result, words, broken) => {
    expect(ending(call(result))).toBe(words);
    expect(isBroken(call(result))).toBe(broken);
  });

  it('never draws a bar beyond its run', () => {
    const drawn = bars(run({ kind: 'done' }, [call({ kind: 'answered', status: 200 }, 900), call({ kind: 'answered', status: 200 }, 900)]));
    expect(drawn.map((bar) => [bar.from, bar.width])).toEqual([[0, 0.5], [0.5, 0.5]]);
  });
});
