import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Webhook } from 'lucide-react';
import { hooks } from '../../api/queries';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Badge } from '../../parts/Badge';
import { Page } from '../../parts/Page';
import { When } from '../../time/When';
import { short } from './proof';

/** Where other systems call connectors. */
export function Hooks() {
  const { tenant } = useParams({ from: '/shell/t/$tenant/hooks' });
  const all = useQuery(hooks(tenant));
  return (
    <Page title="Hooks" about="Addresses at which other systems call connectors. Each call proves itself, or is refused." cli={cli.hooks(tenant)}>
      <Answer of={all}>
        {(list) => list.length === 0 ? (
          <Empty icon={Webhook} title="No hook is there"><p>Connectors plan them: one whose upstream tells by itself what happens has one after it was enabled.</p></Empty>
        ) : (
          <div className="table-frame">
            <table className="table">
              <thead><tr><th>Hook</th><th>Calls</th><th>Proof</th><th>Secret since</th><th className="number">Taken</th><th>Last</th></tr></thead>
              <tbody>
                {list.map((one) => (
                  <tr key={`${one.installation}/${one.key}`}>
                    <td className="nowrap"><Link className="cover" to="/t/$tenant/hooks/$installation/$hook" params={{ tenant, installation: one.installation, hook: one.key }}>{one.key}</Link></td>
                    <td className="nowrap"><Link to="/t/$tenant/installations/$installation" params={{ tenant, installation: one.installation }}>{one.installation}</Link></td>
                    <td>{short(one)}</td>
                    <td><When at={one.rotated ?? one.made} />{one.old_until !== undefined && <div className="small quiet nowrap">old one ends <When at={one.old_until} ahead /></div>}</td>
                    <td className="number">{one.taken.toLocaleString('en')}{one.refused > 0 && <div><Badge tone="warn">{one.refused.toLocaleString('en')} refused</Badge></div>}</td>
                    <td>{one.last_taken === undefined ? <span className="faint">not yet</span> : <When at={one.last_taken} />}</td>
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
