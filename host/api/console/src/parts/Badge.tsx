import type { ReactNode } from 'react';
import type { DeliveryState, EventSummary, Verdict } from '../api/model';

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'off';

export const Badge = ({ tone, children }: { tone: Tone; children: ReactNode }) => <span className={`badge ${tone}`}>{children}</span>;

const VERDICT: Record<Verdict, [Tone, string]> = {
  ok: ['good', 'OK'],
  warning: ['warn', 'Warning'],
  failed: ['bad', 'Failed'],
  skipped: ['off', 'Skipped'],
};

export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const [tone, word] = VERDICT[verdict];
  return <Badge tone={tone}>{word}</Badge>;
}

/** Where an event stands, in a word. */
export function standing(event: Pick<EventSummary, 'state' | 'attempts' | 'parked'>): [Tone, string] {
  const words: Record<DeliveryState, [Tone, string]> = {
    done: ['good', 'Done'],
    dead: ['bad', 'Dead letter'],
    pending: event.parked ? ['warn', `Parked: ${event.parked}`] : event.attempts > 0 ? ['warn', 'Retrying'] : ['busy', 'Queued'],
  };
  return words[event.state];
}

export function EventBadge({ event }: { event: EventSummary }) {
  const [tone, word] = standing(event);
  return <Badge tone={tone}>{word}</Badge>;
}
