import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import type { TenantSummary } from '../../api/model';
import { connectors, hostAlerts, tenants } from '../../api/ofHost';
import { alerts, connections, deadLetters, installations, subscriptions } from '../../api/queries';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Badge, type Tone } from '../../parts/Badge';
import { Page } from '../../parts/Page';
import { RefusalNote, Words } from '../../parts/Problem';
import { useNow } from '../../time/now';
import { When } from '../../time/When';
import { useMay } from '../../parts/useMay';
import { concerns, ofHost, type Concern } from './concerns';
import { FirstSteps } from './FirstSteps';
import { steps } from './steps';

/** What somebody must look at, of all tenants, the worst first. */
export function Attention() {
  const all = useQuery(tenants);
  const shipped = useQuery(connectors);
  const operator = useMay('operator');
  const ahead = operator && all.data && shipped.data ? steps(all.data, shipped.data.length) : [];
  return (
    <Page title="Needs attention" about="What stands still, ends soon or was given up, of all tenants that you may see. Each clears itself when it is mended."
      cli={cli.alerts(operator ? undefined : all.data?.[0]?.id)}>
      {ahead.length > 0 && <FirstSteps steps={ahead} />}
      <Answer of={all}>
        {(list) => list.length === 0 && !operator ? (
          <Empty title="No tenant that you may see"><p>Ask whoever runs this host for a right to one.</p></Empty>
        ) : <Concerns tenants={list} operator={operator} beginning={ahead.length > 0} />}
      </Answer>
    </Page>
  );
}

function Concerns({ tenants, operator, beginning }: { tenants: TenantSummary[]; operator: boolean; beginning: boolean }) {
  const now = useNow();
  const known = useQueries({
    queries: tenants.flatMap(({ id }) => [alerts(id), connections(id), installations(id), subscriptions(id), deadLetters(id)] as const),
  });
  const own = useQuery({ ...hostAlerts, enabled: operator });
  const refused = [own, ...known].find(({ error }) => error);
  const found = ofHost(own.data ?? []).concat(tenants.flatMap((tenant, place) => {
    const [a, c, i, s, d] = known.slice(place * 5, place * 5 + 5).map(({ data }) => data ?? []) as unknown as Parameters<typeof concerns>[1];
    return concerns(tenant, [a, c, i, s, d], now);
  }));
  const sorted = found.toSorted((left, right) => left.rank - right.rank || (left.since ?? 0) - (right.since ?? 0));
  const waiting = known.some(({ isPending, error }) => isPending && !error);
  if (sorted.length === 0) {
    if (refused) return <RefusalNote error={refused.error} again={() => void refused.refetch()} />;
    if (waiting) return <div className="skeleton" role="status" aria-label="Loading"><span /><span /><span /></div>;
    if (beginning) return null;
    return (
      <Empty icon={CircleCheck} title="Nothing needs you">
        <p>No alert stands, nothing ends within fifteen days, and no event was given up.</p>
      </Empty>
    );
  }
  return (
    <div className="stack">
      {refused && <RefusalNote error={refused.error} again={() => void refused.refetch()} />}
      <ul className="concerns">
        {sorted.map((concern) => <Row key={concern.id} concern={concern} />)}
      </ul>
    </div>
  );
}

const TONE: Record<Concern['rank'], [Tone, string]> = { 0: ['bad', 'Critical'], 1: ['warn', 'Warning'], 2: ['off', 'Notice'] };

function Row({ concern }: { concern: Concern }) {
  const [tone, word] = TONE[concern.rank];
  return (
    <li className={`concern ${tone}`}>
      <div><Badge tone={tone}>{word}</Badge></div>
      <div className="stack tight">
        <p className="strong wrap"><Words of={concern.message} /></p>
        {concern.remedy && <p className="wrap"><Words of={concern.remedy} /></p>}
        <p className="small quiet">
          <Link to={concern.to} params={concern.params} search={concern.search ?? {}}>{concern.place}</Link>
          {' · '}<code>{concern.code}</code>
          {concern.since !== undefined && <>{' · '}<When at={concern.since} ahead={concern.ahead === true} /></>}
          {concern.raised !== undefined && concern.raised > 1 && ` · raised ${concern.raised.toLocaleString('en')} times`}
        </p>
      </div>
      <Link to={concern.to} params={concern.params} search={concern.search ?? {}} className="button small">{concern.act}</Link>
    </li>
  );
}

