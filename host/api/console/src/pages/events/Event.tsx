import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { EventDetail } from '../../api/model';
import { event as ofEvent } from '../../api/queries';
import { cli } from '../../cli/lines';
import { Lane } from '../../lane/Lane';
import { Answer } from '../../parts/Answer';
import { EventBadge } from '../../parts/Badge';
import { Page, Section } from '../../parts/Page';
import { ProblemNote } from '../../parts/Problem';
import { Clock, When } from '../../time/When';
import { Content } from './Content';
import { Replay } from './Replay';
import { Run } from './Run';

/** The run inspector: one event's way through the host. */
export function Event() {
  const { tenant, event: id } = useParams({ from: '/shell/t/$tenant/events/$event' });
  const found = useQuery(ofEvent(tenant, id));
  const above = <Link to="/t/$tenant/events" params={{ tenant }}>Events of {tenant}</Link>;
  return (
    <Page title={found.data?.summary ?? 'Event'} above={above} cli={cli.event(tenant, id)} actions={found.data && <Replay tenant={tenant} event={found.data} />}>
      <Answer of={found}>{(event) => <Found tenant={tenant} event={event} />}</Answer>
    </Page>
  );
}

function Found({ tenant, event }: { tenant: string; event: EventDetail }) {
  const newest = event.runs.toReversed();
  return (
    <>
      <Lane event={event} />
      {event.cause && event.state !== 'done' && <ProblemNote problem={event.cause} tone={event.state === 'dead' ? 'bad' : 'warning'} />}
      <dl className="facts">
        <dt>State</dt>
        <dd className="row"><EventBadge event={event} />{event.in_doubt && <span className="tag">a change of an earlier attempt may or may not have happened</span>}</dd>
        <dt>Installation</dt>
        <dd><Link to="/t/$tenant/installations/$installation" params={{ tenant, installation: event.installation }}>{event.installation}</Link></dd>
        <dt>Received</dt><dd><Clock at={event.received} /> <span className="quiet">(<When at={event.received} />)</span></dd>
        {event.next_attempt !== undefined && <><dt>Next attempt</dt><dd><When at={event.next_attempt} ahead /></dd></>}
        {event.parked && (
          <>
            <dt>Waits for</dt>
            <dd><Link to="/t/$tenant/connections/$connection" params={{ tenant, connection: event.parked }}>{event.parked}</Link></dd>
          </>
        )}
        <dt>Ordering key</dt><dd><code>{event.ordering_key}</code></dd>
        <dt>Id</dt><dd><code>{event.id}</code></dd>
      </dl>
      <Section title={event.runs.length === 1 ? 'Run' : 'Runs, newest first'}>
        {newest.length === 0
          ? <p className="quiet">It was not attempted yet.</p>
          : newest.map((run, place) => <Run key={`${run.attempt}/${run.started}`} run={run} open={place === 0} told={place === 0 && event.state !== 'done' ? event.cause : undefined} />)}
      </Section>
      <Section title="What was delivered"><Content payload={event.payload} /></Section>
    </>
  );
}
