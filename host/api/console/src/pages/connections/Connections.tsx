import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Unplug } from 'lucide-react';
import { connections } from '../../api/queries';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Page } from '../../parts/Page';
import { expiry } from '../../time/countdown';
import { Countdown } from '../../time/When';

export function Connections() {
  const { tenant } = useParams({ from: '/shell/t/$tenant/connections' });
  const all = useQuery(connections(tenant));
  const add = <Link to="/t/$tenant/connections/new" params={{ tenant }} className="button primary">Connect a system</Link>;
  return (
    <Page title="Connections" about="Named links to other systems. The host holds their secrets; a connector only says the name." cli={cli.connections(tenant)} actions={add}>
      <Answer of={all}>
        {(list) => list.length === 0 ? (
          <Empty icon={Unplug} title="Not connected to anything yet"><p>Microsoft comes first: with it, connectors hear what happens in Teams.</p></Empty>
        ) : (
          <div className="table-frame">
            <table className="table">
              <thead><tr><th>Connection</th><th>Provider</th><th>Leads to</th><th>Secrets</th><th>Credential ends</th></tr></thead>
              <tbody>
                {list.map((one) => (
                  <tr key={one.name}>
                    <td>
                      <Link className="cover" to="/t/$tenant/connections/$connection" params={{ tenant, connection: one.name }}>{one.title ?? one.name}</Link>
                      {one.title && <div className="small quiet"><code>{one.name}</code></div>}
                    </td>
                    <td>{one.provider}</td>
                    <td className="wrap"><code>{one.target}</code></td>
                    <td>{one.secrets.map((secret) => <span key={secret} className="tag">{secret.replace('_', ' ')}</span>)}</td>
                    <td>{one.expires_at === undefined ? <span className="faint">not known</span> : <Countdown to={one.expires_at} judge={expiry} />}</td>
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
