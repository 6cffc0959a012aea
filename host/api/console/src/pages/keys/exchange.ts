// How far an exchange of keys is, in words. Pure.

import type { KeysSummary } from '../../api/model';
import { plural } from '../../lane/lane';

export interface Far {
  says: string;
  /** What is done, of all keys that there are; absent while that is not known. */
  share?: number;
  damaged?: string;
}

/** What is under way; nothing when no key is being exchanged and none was found damaged. */
export function far({ exchange, tenants }: KeysSummary): Far | undefined {
  const { state, looked_at, resealed, unreadable } = exchange;
  const waiting = tenants.filter(({ old }) => (old?.length ?? 0) > 0).length;
  const damaged = unreadable > 0 ? { damaged: `${plural(unreadable, 'secret')} cannot be opened by ${unreadable === 1 ? 'its' : 'their'} own key` } : {};
  if (state === 'idle' && waiting === 0) return unreadable > 0 ? { says: 'No exchange is under way.', ...damaged } : undefined;
  const share = tenants.length > 0 ? { share: (tenants.length - waiting) / tenants.length } : {};
  const left = `${plural(waiting, 'tenant')} still ${waiting === 1 ? 'has' : 'have'} an old key`;
  const says = state === 'settling'
    ? `${plural(resealed, 'secret')} sealed anew; waiting for what is being written just now. ${left}.`
    : `${plural(looked_at, 'value')} looked at, ${plural(resealed, 'secret')} sealed anew. ${left}.`;
  return { says, ...share, ...damaged };
}
