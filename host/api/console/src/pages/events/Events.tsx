import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ListTree } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useIsLive } from '../../api/live';
import type { EventSummary } from '../../api/model';
import { events, installations } from '../../api/queries';
import { cli } from '../../cli/lines';
import { plural } from '../../lane/lane';
import { Answer, Empty } from '../../parts/Answer';
import { Badge, EventBadge } from '../../parts/Badge';
import { Choice } from '../../parts/Choice';
import { Page } from '../../parts/Page';
import { When } from '../../time/When';
import { arrived, seen, type Seen } from './arrivals';

const STATES = [
  [undefined, 'All'],
  ['pending', 'Waiting'],
  ['done', 'Done'],
  ['dead', 'Dead letters'],
] as const;

/** What is delivered, as it happens. */
export function Events() {
  const { tenant } = useParams({ from: '/shell/t/$tenant/events' });
  const selection = useSearch({ from: '/shell/t/$tenant/events' });
  const found = useInfiniteQuery(events(tenant, selection));
  const live = useIsLive();
  const data: EventSummary[] | undefined = found.data?.pages.flatMap(({ items }) => items);
  const isNew = useArrivals(`${tenant}/${selection.state ?? ''}/${selection.installation ?? ''}`, data);
  return (
    <Page title="Events" about="Everything that was delivered to an installation, newest first." cli={cli.events(tenant, selection)}
      actions={live ? <Badge tone="busy">Live</Badge> : <Badge tone="off">Every 15 s</Badge>}>
      <Filters tenant={tenant} />
      <Answer of={{ ...found, data }}>
        {(list) => list.length === 0 ? (
          <Empty icon={ListTree} title={selection.state || selection.installation ? 'No event is like that' : 'No event yet'}>
            <p>{selection.state || selection.installation ? 'Choose another state or installation above.' : 'As soon as something happens in Teams, or a timer is due, it stands here.'}</p>
          </Empty>
        ) : <List tenant={tenant} list={list} isNew={isNew} />}
      </Answer>
      {found.hasNextPage && <Button className="button older" onPress={() => void found.fetchNextPage()} isDisabled={found.isFetchingNextPage}>Show older ones</Button>}
    </Page>
  );
}

/** Tells what came after somebody began to look at a list. */
function useArrivals(of: string, list: EventSummary[] | undefined): (event: EventSummary) => boolean {
  const [begun, setBegun] = useState<{ of: string; seen: Seen }>();
  if (list && begun?.of !== of) setBegun({ of, seen: seen(list) });
  return (event) => begun?.of === of && arrived(event, begun.seen);
}

function Filters({ tenant }: { tenant: string }) {
  const selection = useSearch({ from: '/shell/t/$tenant/events' });
  const navigate = useNavigate();
  const installed = useQuery(installations(tenant)).data ?? [];
  const options = [{ value: '', label: 'All installations' }, ...installed.map(({ id }) => ({ value: id, label: id }))];
  return (
    <div className="filters">
      <nav className="segments" aria-label="State">
        {STATES.map(([state, label]) => (
          <Link key={label} to="/t/$tenant/events" params={{ tenant }} search={{ ...selection, state }} {...(selection.state === state ? { 'aria-current': 'true' } : {})}>{label}</Link>
        ))}
      </nav>
      <Choice hidden label="Installation" value={selection.installation ?? ''} options={options}
        onChange={(installation) => void navigate({ to: '/t/$tenant/events', params: { tenant }, search: { ...selection, installation: installation || undefined } })} />
    </div>
  );
}

function List({ tenant, list, isNew }: { tenant: string; list: EventSummary[]; isNew: (event: EventSummary) => boolean }) {
  const arrived = list.filter(isNew).length;
  return (
    <div className="table-frame">
      <p className="visually-hidden" role="status">{arrived > 0 && `${plural(arrived, 'event')} came since this page was opened.`}</p>
      <table className="table">
        <thead><tr><th>Received</th><th>Event</th><th>Installation</th><th>State</th><th className="number">Attempts</th></tr></thead>
        <tbody>
          {list.map((event) => (
            <tr key={event.id} className={isNew(event) ? 'arrived' : ''}>
              <td><When at={event.received} />{isNew(event) && <span className="tag new">New</span>}</td>
              <td className="wrap">
                <Link className="cover" to="/t/$tenant/events/$event" params={{ tenant, event: event.id }}>{event.summary}</Link>
                {event.cause && event.state !== 'done' && <div className="small quiet">{event.cause.message}</div>}
              </td>
              <td>{event.installation}</td>
              <td>
                <EventBadge event={event} />
                <div className="row">{event.in_doubt && <span className="tag">in doubt</span>}{event.replayed && <span className="tag">replayed</span>}</div>
              </td>
              <td className="number">{event.attempts}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
