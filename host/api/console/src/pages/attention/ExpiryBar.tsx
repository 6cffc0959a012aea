import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { tenants } from '../../api/ofHost';
import { calendar, connections } from '../../api/queries';
import { Words } from '../../parts/Problem';
import { mending } from '../calendar/mending';

/** The pink bar: a credential ends within fifteen days, or has ended. It stands on every page until there is a new one. */
export function ExpiryBar() {
  const all = useQuery(tenants).data ?? [];
  const known = useQueries({ queries: all.map(({ id }) => calendar(id)) });
  const ending = all.flatMap((tenant, place) => (known[place]?.data ?? []).filter(({ banner }) => banner).map((entry) => ({ tenant, entry })));
  const first = ending.toSorted((left, right) => (left.entry.ends ?? 0) - (right.entry.ends ?? 0))[0];
  const linked = useQuery({ ...connections(first?.tenant.id ?? ''), enabled: first !== undefined });
  if (!first) return null;
  const { tenant, entry } = first;
  const place = mending(tenant.id, entry, linked.data ?? [], []);
  return (
    <div className="bar" role="status">
      <span><b>{tenant.name}</b>: <Words of={entry.problem.message} /></span>
      {place && <Link to={place.to} params={place.params} search={place.search ?? {}}>{place.act}</Link>}
      {ending.length > 1 && <Link to="/t/$tenant/calendar" params={{ tenant: ending[1]?.tenant.id ?? tenant.id }}>{ending.length - 1} more</Link>}
    </div>
  );
}
