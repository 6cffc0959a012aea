import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Radio } from 'lucide-react';
import { subscriptions } from '../../api/queries';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Badge } from '../../parts/Badge';
import { Page } from '../../parts/Page';
import { renewal } from '../../time/countdown';
import { Countdown, When } from '../../time/When';

export function Subscriptions() {
  const { tenant } = useParams({ from: '/shell/t/$tenant/subscriptions' });
  const all = useQuery(subscriptions(tenant));
  return (
    <Page title="Subscriptions" about="What Graph tells this host of. Each is renewed by itself well before it lapses." cli={cli.subscriptions(tenant)}>
      <Answer of={all}>
        {(list) => list.length === 0 ? (
          <Empty icon={Radio} title="No subscription"><p>Connectors plan them: enable one whose plan watches a channel, a chat or calls.</p></Empty>
        ) : (
          <div className="table-frame">
            <table className="table">
              <thead><tr><th>Resource</th><th>Changes</th><th>For</th><th>Lapses in</th><th>Verified</th></tr></thead>
              <tbody>
                {list.map((one) => (
                  <tr key={one.key}>
                    <td className="wrap">
                      <Link className="cover" to="/t/$tenant/subscriptions/$subscription" params={{ tenant, subscription: one.key }}><code>{one.resource}</code></Link>
                      {one.problem && <div className="small quiet">{one.problem.message}</div>}
                    </td>
                    <td>{one.change_types.map((kind) => <span key={kind} className="tag">{kind}</span>)}</td>
                    <td>{one.installations.join(', ')}</td>
                    <td>{one.problem ? <Badge tone="bad">Does not stand</Badge> : one.expires === undefined ? <Badge tone="busy">Being made</Badge> : <Countdown to={one.expires} judge={renewal} />}</td>
                    <td>{one.verified === undefined ? <span className="faint">not yet</span> : <When at={one.verified} />}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Answer>
    </Page>
  );
}
