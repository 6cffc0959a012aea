// What the host tells by itself: server-sent events, read by fetch, since only that sends the credential of a token.

import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createParser } from 'eventsource-parser';
import { useEffect, useSyncExternalStore } from 'react';
import { proof } from './http';

/** How long to wait before asking again for a stream that ended, in milliseconds; longer each time. */
const PAUSES = [500, 1_000, 2_000, 5_000, 15_000];

/** What a word of the stream makes old, by the keys of the questions. */
const OLD: Record<string, string[]> = {
  event: ['events', 'event', 'dead-letters', 'activity', 'usage'],
  alert: ['alerts', 'installations', 'installation', 'connections', 'consent', 'subscriptions', 'calendar', 'receivers', 'hooks'],
  'alert-cleared': ['alerts', 'installations', 'installation', 'connections', 'consent', 'subscriptions', 'calendar', 'receivers', 'hooks'],
};
/** After this word nobody knows what changed. */
const MISSED = 'missed';

let live = false;
const listeners = new Set<() => void>();
function tell(now: boolean) {
  if (live === now) return;
  live = now;
  for (const listener of listeners) listener();
}
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** Whether the stream is open, so that what is shown is what is. */
export const useIsLive = (): boolean => useSyncExternalStore(subscribe, () => live);

/** Keeps what is shown of a tenant as it is at the host. */
export function useLive(tenant: string | undefined): void {
  const answers = useQueryClient();
  useEffect(() => {
    if (!tenant) return;
    const ended = new AbortController();
    void follow(tenant, answers, ended.signal);
    return () => {
      ended.abort();
      tell(false);
    };
  }, [tenant, answers]);
}

async function follow(tenant: string, answers: QueryClient, signal: AbortSignal): Promise<void> {
  let turn = 0;
  for (let failures = 0; !signal.aborted; failures += 1) {
    const heard = await listen(tenant, answers, signal, turn > 0).catch(() => false);
    turn += 1;
    tell(false);
    if (heard) failures = 0;
    const pause = PAUSES[Math.min(failures, PAUSES.length - 1)];
    await new Promise((done) => setTimeout(done, pause));
  }
}

/** Reads one stream to its end. Whether there was one. */
async function listen(tenant: string, answers: QueryClient, signal: AbortSignal, again: boolean): Promise<boolean> {
  const address = `/api/v1/tenants/${encodeURIComponent(tenant)}/live`;
  const response = await fetch(address, { headers: { accept: 'text/event-stream', ...proof('GET') }, signal });
  if (!response.ok || !response.body) return false;
  tell(true);
  // Between the end of one stream and the begin of the next anything may have happened.
  const refresh = gathered((words) => {
    const old = new Set([...words].flatMap((word) => OLD[word] ?? []));
    const everything = words.has(MISSED);
    void answers.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === tenant && (everything || old.has(String(queryKey[1]))) });
  });
  if (again) refresh(MISSED);
  const parser = createParser({ onEvent: ({ event }) => refresh(event ?? 'event') });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) parser.feed(part.value);
  return true;
}

/** Many words at once make one refreshing, four times a second at most. */
function gathered(refresh: (words: Set<string>) => void): (word: string) => void {
  let words = new Set<string>();
  return (word) => {
    if (words.size === 0) {
      setTimeout(() => {
        const now = words;
        words = new Set();
        refresh(now);
      }, 250);
    }
    words.add(word);
  };
}
