import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import type { TenantSummary } from '../../api/model';
import { alerts, connections, deadLetters, installations, subscriptions, tenants } from '../../api/queries';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Badge, type Tone } from '../../parts/Badge';
import { Page } from '../../parts/Page';
import { RefusalNote, Words } from '../../parts/Problem';
import { useNow } from '../../time/now';
import { When } from '../../time/When';
import { concerns, type Concern } from './concerns';

/** What somebody must look at, of all tenants, the worst first. */
export function Attention() {
  const all = useQuery(tenants);
  return (
    <Page title="Needs attention" about="What stands still, ends soon or was given up, of all tenants that you may see. Each clears itself when it is mended."
      {...(all.data?.[0] ? { cli: cli.alerts(all.data[0].id) } : {})}>
      <Answer of={all}>
        {(list) => list.length === 0 ? (
          <Empty title="No tenant yet">
            <p>A tenant is one customer organisation: its connections, its connectors, its events.</p>
            <Link to="/tenants/new" className="button primary">Create a tenant</Link>
          </Empty>
        ) : <Concerns tenants={list} />}
      </Answer>
    </Page>
  );
}

function Concerns({ tenants }: { tenants: TenantSummary[] }) {
  const now = useNow();
  const known = useQueries({
    queries: tenants.flatMap(({ id }) => [alerts(id), connections(id), installations(id), subscriptions(id), deadLetters(id)] as const),
  });
  const refused = known.find(({ error }) => error);
  const found = tenants.flatMap((tenant, place) => {
    const [a, c, i, s, d] = known.slice(place * 5, place * 5 + 5).map(({ data }) => data ?? []) as unknown as Parameters<typeof concerns>[1];
    return concerns(tenant, [a, c, i, s, d], now);
  });
  const sorted = found.toSorted((left, right) => left.rank - right.rank || (left.since ?? 0) - (right.since ?? 0));
  const waiting = known.some(({ isPending, error }) => isPending && !error);
  if (sorted.length === 0) {
    if (refused) return <RefusalNote error={refused.error} again={() => void refused.refetch()} />;
    if (waiting) return <div className="skeleton" role="status" aria-label="Loading"><span /><span /><span /></div>;
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

