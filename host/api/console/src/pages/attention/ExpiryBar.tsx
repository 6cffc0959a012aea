import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { connections, tenants } from '../../api/queries';
import { DAY, span } from '../../time/countdown';
import { useNow } from '../../time/now';

/** The pink bar: a secret ends within fifteen days. It stands on every page until there is a new one. */
const AHEAD = 15 * DAY;

export function ExpiryBar() {
  const now = useNow();
  const all = useQuery(tenants).data ?? [];
  const known = useQueries({ queries: all.map(({ id }) => connections(id)) });
  const ending = all.flatMap(({ id, name }, place) =>
    (known[place]?.data ?? [])
      .filter(({ expires_at }) => expires_at !== undefined && expires_at - now <= AHEAD)
      .map((connection) => ({ tenant: id, called: name, connection: connection.name, at: connection.expires_at ?? now })));
  const first = ending.toSorted((left, right) => left.at - right.at)[0];
  if (!first) return null;
  return (
    <div className="bar" role="status">
      <span>
        {'The secret of '}
        <Link to="/t/$tenant/connections/$connection" params={{ tenant: first.tenant, connection: first.connection }}>
          {first.called} / {first.connection}
        </Link>
        {first.at <= now ? ` ended ${span(now - first.at)} ago.` : ` ends in ${span(first.at - now)}.`}
      </span>
      {ending.length > 1 && <Link to="/">{ending.length - 1} more</Link>}
    </div>
  );
}
