import { Check, CircleDashed, Clock3, Hourglass, X } from 'lucide-react';
import type { EventDetail } from '../api/model';
import { lane, type Mark } from './lane';

const ICON: Record<Mark, typeof Check> = { passed: Check, now: Clock3, waiting: Hourglass, failed: X, ahead: CircleDashed };
const WORD: Record<Mark, string> = { passed: 'passed', now: 'here now', waiting: 'waits', failed: 'failed', ahead: 'ahead' };

/** An event's way as a line with stations: what is behind it, where it stands, what is ahead. */
export function Lane({ event }: { event: EventDetail }) {
  return (
    <ol className="lane" aria-label="The event's way">
      {lane(event).map(({ key, label, mark, says }) => {
        const Icon = ICON[mark];
        return (
          <li key={key} className={`station ${mark}`}>
            <span className="stop"><Icon aria-hidden /><span className="visually-hidden">{WORD[mark]}</span></span>
            <span className="strong">{label}</span>
            <span className="small quiet wrap">{says}</span>
          </li>
        );
      })}
    </ol>
  );
}
