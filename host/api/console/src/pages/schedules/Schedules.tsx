import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { AlarmClock } from 'lucide-react';
import { schedules } from '../../api/queries';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Badge } from '../../parts/Badge';
import { Page } from '../../parts/Page';
import { When } from '../../time/When';
import { timing } from './timing';

export function Schedules() {
  const { tenant } = useParams({ from: '/shell/t/$tenant/schedules' });
  const all = useQuery(schedules(tenant));
  return (
    <Page title="Schedules" about="Timers by which connectors are woken, the one that is due first at the top." cli={cli.schedules(tenant)}>
      <Answer of={all}>
        {(list) => list.length === 0 ? (
          <Empty icon={AlarmClock} title="No timer is set"><p>Connectors plan those that recur, and set others while they work.</p></Empty>
        ) : (
          <div className="table-frame">
            <table className="table">
              <thead><tr><th>Timer</th><th>Installation</th><th>When</th><th>Due</th><th /></tr></thead>
              <tbody>
                {list.map((one) => (
                  <tr key={`${one.installation}/${one.kind}/${one.key}`}>
                    <td><code className="wrap">{one.key}</code></td>
                    <td><Link to="/t/$tenant/installations/$installation" params={{ tenant, installation: one.installation }}>{one.installation}</Link></td>
                    <td>{one.timing?.kind === 'cron' ? <code>{timing(one)}</code> : timing(one)} {one.kind === 'planned' && <span className="tag">planned</span>}</td>
                    <td><When at={one.due} ahead /></td>
                    <td>{one.missed_since !== undefined && <Badge tone="warn">missed since <When at={one.missed_since} /></Badge>}</td>
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
