// A POST that nobody answered may have been done all the same. Each carries a key of its own, under which the host does it
// once and answers it again, so that it can be sent again when the line broke.

const KEY = 'idempotency-key';

/** How long to wait before sending again what nobody answered, in milliseconds. */
const PAUSES = [300, 1_200, 3_000];

/** A word that nobody uses twice. Not `crypto.randomUUID`: that is not there on pages that came without TLS. */
export const key = (): string => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

type Send = (request: Request) => Promise<Response>;
const wait = (millis: number) => new Promise<void>((done) => setTimeout(done, millis));

/** Sends a request; a POST as often as it takes to hear what became of it, and under one key. */
export async function once(request: Request, send: Send = (one) => fetch(one), pause: (millis: number) => Promise<void> = wait): Promise<Response> {
  if (request.method !== 'POST') return send(request);
  if (!request.headers.has(KEY)) request.headers.set(KEY, key());
  for (const [turn, millis] of PAUSES.entries()) {
    try {
      const answer = await send(request.clone());
      if (turn === 0 || !(await isUnderWay(answer))) return answer;
    } catch (error) {
      if (request.signal.aborted) throw error;
    }
    await pause(millis);
  }
  return send(request);
}

/** Whether the host is still at what was sent before. */
async function isUnderWay(answer: Response): Promise<boolean> {
  if (answer.status !== 409) return false;
  const said: unknown = await answer.clone().json().catch(() => undefined);
  return (said as { code?: unknown } | undefined)?.code === 'idempotency.under-way';
}
