// The one door to the host. With a session the browser's cookie is the credential, and a header that only this page can
// know comes with every change; with a pasted token, that is kept in this page's memory and nowhere else.

import createClient, { type Middleware } from 'openapi-fetch';
import type { Plain, Problem } from './model';
import { once } from './once';
import type { paths } from './schema';

/** A refusal, as the host's problem document tells it. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
    /** The single difficulties, where there are several. */
    readonly errors: Problem[] = [],
  ) {
    super(problem.message);
  }
}

interface Credential {
  token?: string;
  csrf?: string;
}

let credential: Credential = {};
export const carry = (next: Credential) => void (credential = next);
export const carriesToken = () => credential.token !== undefined;

const READS = new Set(['GET', 'HEAD']);

/** The fields that every request carries. */
export function proof(method: string): Record<string, string> {
  if (credential.token !== undefined) return { authorization: `Bearer ${credential.token}` };
  return credential.csrf !== undefined && !READS.has(method) ? { 'x-tieline-csrf': credential.csrf } : {};
}

const credentials: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(proof(request.method))) request.headers.set(name, value);
    return request;
  },
};

/** What an answer that is no success means. */
export async function refusal(response: Response): Promise<Refusal> {
  const document: unknown = await response.json().catch(() => undefined);
  return understood(response.status, document);
}

/** In the host's own words this is about header fields, which nobody sees here. */
const OVERTAKEN: Problem = {
  code: 'precondition.failed', message: 'Somebody else changed this meanwhile.', remedy: 'Nothing was changed by you. Look at it as it is now, and do it again.',
};

export function understood(status: number, document: unknown): Refusal {
  if (status === 412) return new Refusal(status, OVERTAKEN);
  if (typeof document === 'object' && document !== null && 'detail' in document && 'code' in document) {
    const { detail, code, remedy, errors } = document as { detail: string; code: string; remedy?: string; errors?: Problem[] };
    return new Refusal(status, { code, message: detail, ...(remedy ? { remedy } : {}) }, errors);
  }
  const remedy = 'Look whether something stands between this page and the host, and at the host\u2019s log.';
  return new Refusal(status, { code: 'answer.unknown', message: `The host answered ${status} and no reason.`, remedy });
}

/** What it means that there was no answer. */
export function unreachable(cause: unknown): Refusal {
  const remedy = 'It is tried again by itself. Look whether the host runs and whether you are on its network.';
  const refusal = new Refusal(0, { code: 'host.unreachable', message: 'The host does not answer.', remedy });
  refusal.cause = cause;
  return refusal;
}

/** An answer of the API, as its client gives it. */
export interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's content, or its refusal thrown. */
export async function unwrap<T>(asked: Promise<Answered<T>>): Promise<Plain<T>> {
  const { data, error, response } = await asked.catch((cause: unknown) => {
    throw unreachable(cause);
  });
  if (!response.ok) throw understood(response.status, error);
  return data as Plain<T>;
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: (request) => once(request) });
api.use(credentials);
