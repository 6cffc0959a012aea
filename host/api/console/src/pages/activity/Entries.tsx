import { Link } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import type { ActivityEntry } from '../../api/model';
import { isWeb } from '../../parts/links';
import { When } from '../../time/When';

/** Lines of a timeline. With a tenant they lead to the record's own timeline. */
export function Entries({ list, tenant }: { list: ActivityEntry[]; tenant?: string }) {
  return (
    <ol className="timeline">
      {list.map((entry, place) => (
        <li key={`${entry.at}/${place}`}>
          <div className="spread">
            <span className="strong wrap">{entry.title}</span>
            <span className="small quiet"><When at={entry.at} /></span>
          </div>
          {entry.text && <p className="wrap text">{entry.text}</p>}
          <p className="small quiet row">
            {tenant && <Link to="/t/$tenant/activity" params={{ tenant }} search={{ record: `${entry.record_kind}/${entry.record_id}` }}>{entry.record_kind} {entry.record_id}</Link>}
            {tenant && <span>by {entry.installation}</span>}
            {isWeb(entry.link) && <a href={entry.link} target="_blank" rel="noreferrer">Open <ExternalLink size={12} aria-hidden /></a>}
          </p>
        </li>
      ))}
    </ol>
  );
}
