// Configuration is changed under the edition that somebody saw, so that nobody's change is overwritten unseen.

import { Refusal, unwrap, type Answered } from './http';
import type { Plain } from './model';

/** What the host has, and which edition of it that is. */
export interface Seen<T> {
  document: T;
  etag: string;
}

export async function seen<T>(asked: Promise<Answered<T>>): Promise<Seen<Plain<T>>> {
  let etag = '';
  const noted = asked.then((answer) => {
    etag = answer.response.headers.get('etag') ?? '';
    return answer;
  });
  return { document: await unwrap(noted), etag };
}

/** The fields of a change: it is made of the edition that was seen, or of nothing. */
export function expecting(etag: string | undefined): Record<string, string> {
  if (etag === undefined) return { 'if-none-match': '*' };
  return etag === '' ? {} : { 'if-match': etag };
}

/** Somebody else was there first. */
export class Overtaken<T> extends Refusal {
  constructor(
    refusal: Refusal,
    /** As it is now; absent: they removed it. */
    readonly theirs: Seen<T> | undefined,
  ) {
    super(refusal.status, refusal.problem);
  }
}

const PRECONDITION_FAILED = 412;
const NOT_FOUND = 404;
const is = (error: unknown, status: number): error is Refusal => error instanceof Refusal && error.status === status;

/** Makes a change, and reads what is there then: the edition of the next one.
 *
 * @throws Overtaken with what is there, when that is not what was expected. */
export async function changed<T>(change: Promise<unknown>, read: () => Promise<Seen<T>>): Promise<Seen<T>> {
  try {
    await change;
  } catch (error) {
    if (!is(error, PRECONDITION_FAILED)) throw error;
    const theirs = await read().catch((gone: unknown) => {
      if (is(gone, NOT_FOUND)) return undefined;
      throw gone;
    });
    throw new Overtaken(error, theirs);
  }
  return read();
}
