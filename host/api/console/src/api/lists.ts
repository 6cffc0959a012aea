// How lists of the host are read: to their end, or as far as somebody reads on.

import { infiniteQueryOptions } from '@tanstack/react-query';
import { unwrap, type Answered } from './http';
import type { Page, Plain } from './model';

/** What changes by itself is asked for again so often, beside what the live stream tells of. */
export const PACE = { refetchInterval: 15_000 };

/** The largest page that the host gives. */
const LONGEST = 1_000;

export type Asked<T> = Promise<Answered<T>>;
interface Part {
  limit: number;
  after?: string | undefined;
}

/** A list to its end, page by page. */
export async function all<T>(page: (query: Part) => Asked<Page<T>>): Promise<Plain<T>[]> {
  const items: Plain<T>[] = [];
  let after: string | undefined;
  do {
    const part = await unwrap(page({ limit: LONGEST, after }));
    items.push(...(part.items as Plain<T>[]));
    after = part.next;
  } while (after !== undefined && after !== null);
  return items;
}

/** A list as long as somebody goes on reading it. */
export function endless<T>(queryKey: unknown[], page: (query: Part, signal: AbortSignal) => Asked<Page<T>>, limit = 50) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: async ({ pageParam, signal }) => (await unwrap(page({ limit, after: pageParam }, signal))) as { items: Plain<T>[]; next?: string },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (part) => part.next,
  });
}
