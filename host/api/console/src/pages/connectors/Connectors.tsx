import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Boxes } from 'lucide-react';
import { connectors } from '../../api/ofHost';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { useMay } from '../../parts/useMay';
import { Page } from '../../parts/Page';
import { Upload } from './Upload';

export function Connectors() {
  const all = useQuery(connectors);
  const operator = useMay('operator');
  return (
    <Page title="Connectors" about="What vendors shipped to this host. None does anything before it is enabled for a tenant." cli={cli.connectors()}>
      {operator && <Upload />}
      <Answer of={all}>
        {(list) => list.length === 0 ? (
          <Empty icon={Boxes} title="No connector was uploaded"><p><code>tieline apply -f acme.toml</code> uploads the packages that the document names, too; <code>tieline inspect</code> shows one before.</p></Empty>
        ) : (
          <div className="table-frame">
            <table className="table">
              <thead><tr><th>Connector</th><th>What it does</th><th>Vendor</th><th>Versions</th></tr></thead>
              <tbody>
                {list.map((one) => (
                  <tr key={one.id}>
                    <td><Link className="cover" to="/connectors/$connector" params={{ connector: one.id }}>{one.name}</Link><div className="small quiet"><code>{one.id}</code></div></td>
                    <td>{one.description}</td>
                    <td>{one.vendor}</td>
                    <td>{one.versions.map((version) => <span key={version} className="tag">{version}</span>)}</td>
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
