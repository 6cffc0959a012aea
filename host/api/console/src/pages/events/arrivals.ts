// Which events came after somebody began to look. Pure.

import type { EventSummary } from '../../api/model';

type Event = Pick<EventSummary, 'id' | 'received'>;

/** What stood at the top when the list was first shown. */
export interface Seen {
  newest: number;
  /** Those of that very moment. */
  ids: ReadonlySet<string>;
}

export function seen(list: Event[]): Seen {
  const newest = Math.max(0, ...list.map(({ received }) => received));
  return { newest, ids: new Set(list.filter(({ received }) => received === newest).map(({ id }) => id)) };
}

/** Whether an event came since. Older ones that are read later did not. */
export const arrived = ({ id, received }: Event, { newest, ids }: Seen): boolean => received > newest || (received === newest && !ids.has(id));
