import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ConnectorVersion, PackageDetail } from '../../api/model';
import { manifest, tenants, versions } from '../../api/ofHost';
import { cli } from '../../cli/lines';
import { plural } from '../../lane/lane';
import { Answer, Empty } from '../../parts/Answer';
import { Page, Section } from '../../parts/Page';
import { isWeb } from '../../parts/links';
import { When } from '../../time/When';
import { own, rights } from '../installations/rights';
import { RightsTable } from '../installations/RightsTable';

/** A connector: its versions, and for the chosen one every right with its reason. */
export function Connector() {
  const { connector } = useParams({ from: '/shell/connectors/$connector' });
  const found = useQuery(versions(connector));
  return (
    <Page title={connector} above={<Link to="/connectors">Connectors</Link>} cli={cli.connectors(connector)}>
      <Answer of={found}>
        {(list) => list[0] ? <Versions connector={connector} list={list} newest={list[0]} /> : <Empty title="There is no such connector"><p>No package of it is on this host.</p></Empty>}
      </Answer>
    </Page>
  );
}

function Versions({ connector, list, newest }: { connector: string; list: ConnectorVersion[]; newest: ConnectorVersion }) {
  const { version } = useSearch({ from: '/shell/connectors/$connector' });
  const shown = list.find((one) => one.version === version) ?? newest;
  const about = useQuery(manifest(shown.package));
  return (
    <>
      <div className="table-frame">
        <table className="table">
          <thead><tr><th>Version</th><th>Package</th><th>Needs host</th><th>Installations</th><th>Last used</th></tr></thead>
          <tbody>
            {list.map((one) => (
              <tr key={one.package}>
                <td><Link className="cover" to="/connectors/$connector" params={{ connector }} search={{ version: one.version }} {...(one === shown ? { 'aria-current': 'true' } : {})}>{one.version}</Link></td>
                <td><code className="small wrap">{one.package}</code></td><td>{one.minimum_host}</td><td>{plural(one.installations, 'installation')}</td><td><When at={one.last_used} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="small quiet">A version that no installation has goes by itself, a week after it was last used.</p>
      <Answer of={about}>{(detail) => <About detail={detail} />}</Answer>
    </>
  );
}

function About({ detail: { manifest } }: { detail: PackageDetail }) {
  const { connector } = manifest;
  return (
    <>
      <Section title={`${connector.name} ${connector.version}`} aside={<Enable connector={connector.id} />}>
        <p>{connector.description}</p>
        <p className="small quiet">By {connector.vendor}, {connector.licence}{isWeb(connector.homepage) && <>, <a href={connector.homepage} target="_blank" rel="noreferrer">homepage</a></>}</p>
      </Section>
      <Section title="What it asks for"><RightsTable rights={rights(manifest, { graph: [], http: [], connections: [] })} /></Section>
      <Section title="Capabilities and tables"><RightsTable rights={own(manifest)} /></Section>
      {manifest.actions.length > 0 && (
        <Section title="What people may ask of it">
          <div className="table-frame">
            <table className="table">
              <tbody>{manifest.actions.map((action) => <tr key={action.name}><td><span className="strong">{action.title}</span><div className="small quiet"><code>{action.name}</code></div></td><td>{action.description}</td><td>{action.roles?.join(', ') ?? 'everybody'}</td></tr>)}</tbody>
            </table>
          </div>
        </Section>
      )}
    </>
  );
}

function Enable({ connector }: { connector: string }) {
  const all = useQuery(tenants).data ?? [];
  const navigate = useNavigate();
  return (
    <select className="input pick" aria-label="Enable for a tenant" value="" onChange={(event) => void navigate({ to: '/t/$tenant/installations/new', params: { tenant: event.target.value }, search: { connector } })}>
      <option value="" disabled>Enable for…</option>
      {all.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
    </select>
  );
}
