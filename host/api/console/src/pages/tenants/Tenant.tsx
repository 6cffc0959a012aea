import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { removeTenant } from '../../api/configuration';
import type { TenantSummary } from '../../api/model';
import { tenants } from '../../api/ofHost';
import { tenantDocument } from '../../api/queries';
import { Goes, Removal } from '../../change/Removal';
import { cli } from '../../cli/lines';
import { plural } from '../../lane/lane';
import { Answer, Empty } from '../../parts/Answer';
import { useMay } from '../../parts/useMay';
import { Page, Section } from '../../parts/Page';
import { bytes } from '../../time/countdown';

/** A tenant as a whole: what it may use, and its end. */
export function Tenant() {
  const { tenant: id } = useParams({ from: '/shell/t/$tenant/tenant' });
  const all = useQuery(tenants);
  return (
    <Page title="Tenant" about="Its whole configuration is one document: the line on the right writes it, and “tieline apply” reads it back." cli={cli.exported(id)}>
      <Answer of={all}>
        {(list) => {
          const found = list.find((one) => one.id === id);
          return found ? <Found key={id} tenant={found} /> : <Empty title="There is no such tenant"><p>It may have been removed, or you have no right to it.</p></Empty>;
        }}
      </Answer>
    </Page>
  );
}

function Found({ tenant }: { tenant: TenantSummary }) {
  const { id, name } = tenant;
  const found = useQuery(tenantDocument(id));
  const operator = useMay('operator');
  return (
    <>
      <dl className="facts">
        <dt>Name</dt><dd>{name}</dd>
        <dt>Id</dt><dd><code>{id}</code></dd>
        <dt>Connections</dt><dd><Link to="/t/$tenant/connections" params={{ tenant: id }}>{tenant.connections.length === 0 ? 'none yet' : tenant.connections.join(', ')}</Link></dd>
        <dt>Installations</dt><dd><Link to="/t/$tenant/installations" params={{ tenant: id }}>{tenant.installations.length === 0 ? 'none yet' : tenant.installations.join(', ')}</Link></dd>
      </dl>
      <Section title="What it may use" aside={<Link to="/t/$tenant/usage" params={{ tenant: id }}>What it uses</Link>}>
        <Answer of={found}>
          {({ document: { tenant: { quotas, alert_receivers = [] } } }) => (
            <dl className="facts">
              <dt>Events that may wait</dt><dd>{(quotas?.pending_events ?? 100_000).toLocaleString('en')}</dd>
              <dt>Recorded runs</dt><dd>{bytes(quotas?.journal_bytes ?? 268_435_456)}</dd>
              <dt>Told of its alerts</dt><dd><Link to="/t/$tenant/receivers" params={{ tenant: id }}>{alert_receivers.length === 0 ? 'nobody of its own' : alert_receivers.map((one) => one.name).join(', ')}</Link></dd>
            </dl>
          )}
        </Answer>
      </Section>
      {operator && <Section title="Remove" aside={<Remove tenant={tenant} etag={found.data?.etag} />}><p className="quiet">Nothing of it is left to work with afterwards. Export its document before, if it is to come back.</p></Section>}
    </>
  );
}

function Remove({ tenant: { id, connections, installations }, etag }: { tenant: TenantSummary; etag: string | undefined }) {
  const navigate = useNavigate();
  const list = [
    installations.length === 0 ? 'no installation: there is none' : `${plural(installations.length, 'installation')}, with the events that wait for ${installations.length === 1 ? 'it' : 'them'}: ${installations.join(', ')}`,
    connections.length === 0 ? 'no connection: there is none' : `${plural(connections.length, 'connection')} with secrets and sign-ins: ${connections.join(', ')}`,
    'its subscriptions, hooks and timers',
  ];
  return (
    <Removal what="tenant" name={id} cli={cli.exported(id)} says={<Goes list={list} stays="Each installation is asked before to end what it would leave behind elsewhere. The line below writes the document of the tenant, to keep." />}
      remove={etag === undefined ? undefined : () => removeTenant({ tenant: id, etag })} onRemoved={() => void navigate({ to: '/tenants' })} />
  );
}
