import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { BellRing } from 'lucide-react';
import { Button } from 'react-aria-components';
import { testReceiver } from '../../api/changes';
import type { ReceiverSummary } from '../../api/model';
import { receivers } from '../../api/queries';
import { useChange } from '../../api/useChange';
import { CopyAsCli } from '../../cli/CopyAsCli';
import { cli } from '../../cli/lines';
import { plural } from '../../lane/lane';
import { Answer, Empty } from '../../parts/Answer';
import { Badge } from '../../parts/Badge';
import { Page } from '../../parts/Page';
import { ProblemNote, RefusalNote } from '../../parts/Problem';
import { When } from '../../time/When';
import { Stages } from '../connections/Test';

/** Who is told of alerts: of a tenant's, or of the host's and everybody's. */
export function Receivers() {
  const { tenant } = useParams({ strict: false });
  const all = useQuery(receivers(tenant));
  const about = tenant ? <>Who is told when an alert of this tenant is raised, and when it clears; beside the <Link to="/receivers">host’s own</Link>.</> : 'Who is told when any alert is raised, and when it clears.';
  return (
    <Page title={tenant ? 'Alert receivers' : 'Alert receivers of the host'} about={about} cli={cli.receivers(tenant)}>
      <Answer of={all}>
        {(list) => list.length === 0 ? (
          <Empty icon={BellRing} title="Nobody is told">
            <p>{tenant ? <>Name a webhook or addresses of mail under <code>[[tenant.alert_receivers]]</code> in the tenant’s document, and apply that.</> : <>Name a webhook or addresses of mail under <code>[[alerts.receivers]]</code> in <code>tieline.toml</code>, and start the host anew.</>} Until then alerts stand under “Needs attention” only.</p>
          </Empty>
        ) : <ul className="concerns">{list.map((one) => <Receiver key={`${tenant ?? ''}/${one.name}`} tenant={tenant} receiver={one} />)}</ul>}
      </Answer>
    </Page>
  );
}

const SEVERITY = { info: 'everything', warning: 'warnings and worse', critical: 'critical alerts only' } as const;

function Receiver({ tenant, receiver }: { tenant: string | undefined; receiver: ReceiverSummary }) {
  const change = useChange(testReceiver);
  const { name, kind, target, min_severity, waiting, told, next_attempt, problem } = receiver;
  return (
    <li className={problem ? 'concern bad' : 'concern'}>
      <div>{problem ? <Badge tone="bad">Fails</Badge> : <Badge tone="good">Works</Badge>}</div>
      <div className="stack tight">
        <p><span className="strong">{name}</span> <span className="quiet">{kind === 'email' ? 'by mail to' : 'by webhook to'}</span> <code className="wrap">{target}</code></p>
        <p className="small quiet">
          Told of {SEVERITY[min_severity]} · {told === undefined ? 'not told of anything yet' : <>last told <When at={told} /></>}
          {waiting > 0 && <> · {plural(waiting, 'message')} {waiting === 1 ? 'waits' : 'wait'}</>}
          {next_attempt !== undefined && <> · tried again <When at={next_attempt} ahead /></>}
        </p>
        {problem && !change.data && <ProblemNote problem={problem} />}
        {change.error !== null && <RefusalNote error={change.error} />}
        {change.data && <Stages stages={change.data.stages} />}
      </div>
      <div className="row">
        <CopyAsCli small words={cli.testReceiver(name, tenant)} />
        <Button className="button small" isDisabled={change.isPending} onPress={() => change.mutate({ tenant, receiver: name })}>{change.isPending ? 'Sending…' : 'Send a test'}</Button>
      </div>
    </li>
  );
}
