import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Plug } from 'lucide-react';
import type { InstallationSummary } from '../../api/model';
import { installations } from '../../api/queries';
import { cli } from '../../cli/lines';
import { plural } from '../../lane/lane';
import { Answer, Empty } from '../../parts/Answer';
import { Badge } from '../../parts/Badge';
import { Page } from '../../parts/Page';

export function Installations() {
  const { tenant } = useParams({ from: '/shell/t/$tenant/installations' });
  const all = useQuery(installations(tenant));
  const enable = <Link to="/t/$tenant/installations/new" params={{ tenant }} search={{}} className="button primary">Enable a connector</Link>;
  return (
    <Page title="Installations" about="Connectors that are enabled for this tenant, each with what it may touch and nothing more." cli={cli.installations(tenant)} actions={enable}>
      <Answer of={all}>
        {(list) => list.length === 0 ? (
          <Empty icon={Plug} title="No connector is enabled"><p>A connector translates between Teams and one of your systems. You see every right that it asks for before it gets any.</p></Empty>
        ) : (
          <div className="table-frame">
            <table className="table">
              <thead><tr><th>Installation</th><th>Connector</th><th>State</th><th>May</th><th>Asked, not granted</th></tr></thead>
              <tbody>
                {list.map((one) => (
                  <tr key={one.id}>
                    <td><Link className="cover" to="/t/$tenant/installations/$installation" params={{ tenant, installation: one.id }}>{one.id}</Link></td>
                    <td>{one.connector} <span className="quiet">{one.version}</span></td>
                    <td><InstallationBadge of={one} /></td>
                    <td><span title={one.rights.join('\n')}>{plural(one.rights.length, 'right')}</span></td>
                    <td>{one.ungranted.length === 0 ? <span className="faint">nothing</span> : <Badge tone="warn"><span title={one.ungranted.join('\n')}>{plural(one.ungranted.length, 'right')}</span></Badge>}</td>
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

export function InstallationBadge({ of }: { of: InstallationSummary }) {
  if (of.problems?.some(({ code }) => code.includes('paused'))) return <Badge tone="off">Paused</Badge>;
  if (of.problems?.length) return <Badge tone="bad">{of.problems.some(({ code }) => code.includes('suspended')) ? 'Suspended' : 'Does not run'}</Badge>;
  return of.alerts > 0 ? <Badge tone="warn">{plural(of.alerts, 'alert')}</Badge> : <Badge tone="good">Running</Badge>;
}
