import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Building2 } from 'lucide-react';
import { tenants } from '../../api/ofHost';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Page } from '../../parts/Page';
import { plural } from '../../lane/lane';

export function Tenants() {
  const all = useQuery(tenants);
  const create = <Link to="/tenants/new" className="button primary">Create a tenant</Link>;
  return (
    <Page title="Tenants" about="Customer organisations. Nothing of one is ever reachable from another." cli={cli.tenants()} actions={create}>
      <Answer of={all}>
        {(list) => list.length === 0 ? (
          <Empty icon={Building2} title="No tenant yet"><p>Create one here, or apply a document with <code>tieline apply -f acme.toml</code>.</p></Empty>
        ) : (
          <div className="table-frame">
            <table className="table">
              <thead><tr><th>Tenant</th><th>Id</th><th>Connections</th><th>Installations</th></tr></thead>
              <tbody>
                {list.map((tenant) => (
                  <tr key={tenant.id}>
                    <td><Link className="cover" to="/t/$tenant/events" params={{ tenant: tenant.id }}>{tenant.name}</Link></td>
                    <td><code>{tenant.id}</code></td>
                    <td>
                      <Link to="/t/$tenant/connections" params={{ tenant: tenant.id }}>
                        {tenant.connections.length === 0 ? 'None yet' : tenant.connections.join(', ')}
                      </Link>
                    </td>
                    <td>
                      <Link to="/t/$tenant/installations" params={{ tenant: tenant.id }}>
                        {tenant.installations.length === 0 ? 'None yet' : plural(tenant.installations.length, 'installation')}
                      </Link>
                    </td>
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
