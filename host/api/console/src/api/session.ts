// Who is signed in, and how that begins and ends.

import { QueryCache, QueryClient } from '@tanstack/react-query';
import { carry, Refusal, refusal, unreachable } from './http';
import type { Session } from './model';
import { session } from './ofHost';

const RETRIES = 2;

/** What pages were told. A 401 anywhere means that the session is over, whatever page noticed. */
export const answers = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (error instanceof Refusal && error.status === 401 && query.queryKey[1] !== 'session') void answers.invalidateQueries(session);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal is an answer; only silence and a host that is not ready are worth asking again.
      retry: (failures, error) => failures < RETRIES && error instanceof Refusal && (error.status === 0 || error.status === 503),
    },
  },
});

/** The session, once this page can prove itself in its name. */
export async function begun(): Promise<Session> {
  const found = await answers.fetchQuery({ ...session, staleTime: 0 });
  if (found.csrf) carry({ csrf: found.csrf });
  return found;
}

/** Turns a token into a session of this browser. The token is sent once and kept nowhere. */
export async function signInByToken(token: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const asked = fetch('/auth/sign-in', { method: 'POST', headers, body: JSON.stringify({ token }), credentials: 'same-origin' });
  const response = await asked.catch((cause: unknown) => {
    throw unreachable(cause);
  });
  if (!response.ok) throw await refusal(response);
  await begun();
}

/** Where somebody signs in with their organisation's account, and comes back here. */
export const signInLink = (back: string): string => `/auth/sign-in?return_to=${encodeURIComponent(back)}`;

export async function signOut(): Promise<void> {
  const csrf = answers.getQueryData(session.queryKey)?.csrf;
  await fetch('/auth/sign-out', { method: 'POST', headers: csrf ? { 'x-tieline-csrf': csrf } : {}, credentials: 'same-origin' });
  carry({});
  answers.clear();
  location.assign('/console/sign-in');
}
