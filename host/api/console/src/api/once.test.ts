import { describe, expect, it } from 'vitest';
import { key, once } from './once';

const post = () => new Request('http://host/x', { method: 'POST', body: '{}' });
const rest = async () => undefined;
const problem = (status: number, code: string) => new Response(JSON.stringify({ code, detail: '' }), { status });

/** Answers one after another; an error is a broken line. */
function sender(...answers: (Response | Error)[]) {
  const keys: (string | null)[] = [];
  return {
    keys,
    send: async (request: Request) => {
      keys.push(request.headers.get('idempotency-key'));
      const next = answers.shift();
      if (next instanceof Response) return next;
      throw next ?? new Error('asked too often');
    },
  };
}

describe('a change', () => {
  it('is sent again under the same key when the line breaks', async () => {
    const { keys, send } = sender(new TypeError('reset'), new TypeError('reset'), new Response('{}'));
    expect((await once(post(), send, rest)).status).toBe(200);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  it('waits while the host is still at it', async () => {
    const { keys, send } = sender(new TypeError('reset'), problem(409, 'idempotency.under-way'), new Response('{}'));
    expect((await once(post(), send, rest)).status).toBe(200);
    expect(keys).toHaveLength(3);
  });

  it('is not sent again once it was answered, whatever the answer', async () => {
    for (const answer of [problem(409, 'conflict'), problem(409, 'idempotency.under-way'), problem(503, 'host.unavailable')]) {
      const { keys, send } = sender(answer);
      expect(await once(post(), send, rest)).toBe(answer);
      expect(keys).toHaveLength(1);
    }
  });

  it('ends when nobody answers at all', async () => {
    const { send } = sender(...Array.from({ length: 4 }, () => new TypeError('reset')));
    await expect(once(post(), send, rest)).rejects.toThrow('reset');
  });

  it('has another key each time', () => expect(key()).not.toBe(key()));
});

it('what only reads has no key and is sent once', async () => {
  const { keys, send } = sender(new TypeError('reset'));
  await expect(once(new Request('http://host/x'), send, rest)).rejects.toThrow('reset');
  expect(keys).toEqual([null]);
});
