import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { CalendarClock } from 'lucide-react';
import type { CalendarEntry } from '../../api/model';
import { calendar, connections, subscriptions } from '../../api/queries';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Badge, type Tone } from '../../parts/Badge';
import { Page } from '../../parts/Page';
import { Words } from '../../parts/Problem';
import { span } from '../../time/countdown';
import { useNow } from '../../time/now';
import { Clock } from '../../time/When';
import { mending, WORDS } from './mending';

/** What ends, and when: what ends first at the top. */
export function Calendar() {
  const { tenant } = useParams({ from: '/shell/t/$tenant/calendar' });
  const all = useQuery(calendar(tenant));
  return (
    <Page title="Calendar" about="What ends unless somebody, or the host, does something in time: what ends first at the top." cli={cli.calendar(tenant)}>
      <Answer of={all}>
        {(list) => list.length === 0 ? (
          <Empty icon={CalendarClock} title="Nothing ends"><p>Secrets, certificates, sign-ins and subscriptions stand here with the time that is left.</p></Empty>
        ) : (
          <div className="table-frame">
            <table className="table">
              <thead><tr><th>What</th><th>Ends</th><th>Left</th><th>What to do</th><th /></tr></thead>
              <tbody>{list.map((entry) => <Row key={`${entry.what}/${entry.name}/${entry.connection ?? ''}`} tenant={tenant} entry={entry} />)}</tbody>
            </table>
          </div>
        )}
      </Answer>
    </Page>
  );
}

const TONE: Record<CalendarEntry['severity'], Tone> = { info: 'good', warning: 'warn', critical: 'bad' };

function Row({ tenant, entry }: { tenant: string; entry: CalendarEntry }) {
  const now = useNow();
  const known = useQuery(connections(tenant)).data ?? [];
  const watched = useQuery(subscriptions(tenant)).data ?? [];
  const place = mending(tenant, entry, known, watched);
  return (
    <tr>
      <td><span className="strong">{WORDS[entry.what]}</span> {entry.what !== 'service-sign-in' && <span className="wrap">{entry.name}</span>}{entry.connection !== undefined && entry.connection !== entry.name && <div className="small quiet">of {entry.connection}</div>}</td>
      <td>{entry.ends === undefined ? <span className="faint">not known</span> : <Clock at={entry.ends} />}</td>
      <td><Badge tone={entry.ends === undefined ? 'off' : TONE[entry.severity]}>{entry.ends === undefined ? 'not known' : entry.ends <= now ? `ended ${span(now - entry.ends)} ago` : span(entry.ends - now)}</Badge></td>
      <td className="wrap">{entry.problem.remedy && <Words of={entry.problem.remedy} />}</td>
      <td className="act">{place && <Link to={place.to} params={place.params} search={place.search ?? {}} className="button small">{place.act}</Link>}</td>
    </tr>
  );
}
