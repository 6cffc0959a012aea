import { useQuery } from '@tanstack/react-query';
import { KeySquare } from 'lucide-react';
import type { KeysSummary } from '../../api/model';
import { keys } from '../../api/ofHost';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Badge } from '../../parts/Badge';
import { Page, Section } from '../../parts/Page';
import { When } from '../../time/When';
import { Exchange } from './Exchange';
import { RotateKeys } from './RotateKeys';

/** What secrets are sealed under, by name, and how far an exchange is. */
export function Keys() {
  const found = useQuery(keys);
  return (
    <Page title="Keys" about="Secrets are sealed under a key of their tenant’s own, and that is wrapped by the master key. Both can be exchanged while everything goes on." cli={cli.keys()}>
      <Answer of={found}>{(all) => <All all={all} />}</Answer>
    </Page>
  );
}

function All({ all }: { all: KeysSummary }) {
  const { master, tenants } = all;
  return (
    <>
      <Exchange all={all} />
      <Section title="Master key" aside={<RotateKeys which={{ master: true }} />}>
        <dl className="facts">
          <dt>Name</dt><dd><code>{master.id}</code></dd>
          <dt>Kept</dt><dd>{master.kept === 'file' ? 'in a file of the host' : 'outside of the host, which is given it at its start'}</dd>
        </dl>
      </Section>
      <Section title="Keys of tenants" aside={tenants.length > 0 && <RotateKeys which={{ all: true }} />}>
        {tenants.length === 0 ? (
          <Empty icon={KeySquare} title="Nothing was sealed yet"><p>A tenant has its key as soon as it has a secret to keep.</p></Empty>
        ) : (
          <div className="table-frame">
            <table className="table">
              <thead><tr><th>Tenant</th><th>Key</th><th>Since</th><th>Old keys, still opening</th><th /></tr></thead>
              <tbody>
                {tenants.map(({ tenant, id, since, old = [] }) => (
                  <tr key={tenant}>
                    <td className="strong">{tenant}</td>
                    <td><code>{id}</code></td>
                    <td>{since === undefined ? <span className="faint">its first</span> : <When at={since} />}</td>
                    <td>{old.length === 0 ? <span className="faint">none</span> : <Badge tone="busy">{old.join(', ')}</Badge>}</td>
                    <td className="act"><RotateKeys which={{ tenant }} small isDisabled={old.length > 0} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Section>
    </>
  );
}
