import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Boxes } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { previewPlan } from '../../api/changes';
import { putInstallation } from '../../api/configuration';
import type { ConnectorVersion, PackageDetail } from '../../api/model';
import { connectors, manifest, versions } from '../../api/ofHost';
import { installations } from '../../api/queries';
import { useChange } from '../../api/useChange';
import { cli } from '../../cli/lines';
import { ConfigForm } from '../../form/ConfigForm';
import { Answer, Empty } from '../../parts/Answer';
import { Choice } from '../../parts/Choice';
import { Page, Section } from '../../parts/Page';
import { RefusalNote } from '../../parts/Problem';
import { TextInput } from '../../parts/TextInput';
import { NAME } from '../tenants/names';
import { found, withinConfig } from './Configuration';
import { Plan } from './Plan';
import { approved, rights } from './rights';
import { RightsTable, toggled } from './RightsTable';

/** Enabling a connector: which, what it may, how it is configured. */
export function NewInstallation() {
  const { tenant } = useParams({ from: '/shell/t/$tenant/installations/new' });
  const { connector } = useSearch({ from: '/shell/t/$tenant/installations/new' });
  const navigate = useNavigate();
  const all = useQuery(connectors);
  const choose = (id: string) => void navigate({ to: '/t/$tenant/installations/new', params: { tenant }, search: { connector: id }, replace: true });
  return (
    <Page title="Enable a connector" above={<Link to="/t/$tenant/installations" params={{ tenant }}>Installations of {tenant}</Link>} cli={cli.apply(`${tenant}.toml`)}>
      <Answer of={all}>
        {(list) => list.length === 0 ? (
          <Empty icon={Boxes} title="No connector was uploaded"><p><code>tieline apply -f {tenant}.toml</code> uploads the packages that its document names, too.</p><Link to="/connectors" className="button primary">Upload a connector</Link></Empty>
        ) : (
          <ul className="cards">
            {list.map((one) => (
              <li key={one.id}>
                <label className={one.id === connector ? 'sheet card chosen' : 'sheet card'}>
                  <input type="radio" name="connector" checked={one.id === connector} onChange={() => choose(one.id)} />
                  <span className="stack tight"><span className="strong">{one.name}</span><span className="small quiet">by {one.vendor}, {one.versions[0]}</span><span className="small">{one.description}</span></span>
                </label>
              </li>
            ))}
          </ul>
        )}
      </Answer>
      {connector && <OfConnector key={connector} tenant={tenant} connector={connector} />}
    </Page>
  );
}

function OfConnector({ tenant, connector }: { tenant: string; connector: string }) {
  const found = useQuery(versions(connector));
  return <Answer of={found}>{(list) => list.length > 0 && <OfVersions tenant={tenant} connector={connector} list={list} />}</Answer>;
}

function OfVersions({ tenant, connector, list }: { tenant: string; connector: string; list: ConnectorVersion[] }) {
  const [digest, setDigest] = useState(list[0]?.package ?? '');
  const about = useQuery(manifest(digest));
  return (
    <>
      {list.length > 1 && <div className="short"><Choice label="Version" value={digest} onChange={setDigest} options={list.map((one) => ({ value: one.package, label: one.version }))} /></div>}
      <Answer of={about}>{(detail) => <Enable key={`${tenant}/${digest}`} tenant={tenant} connector={connector} about={detail} />}</Answer>
    </>
  );
}

function Enable({ tenant, connector, about }: { tenant: string; connector: string; about: PackageDetail }) {
  const navigate = useNavigate();
  const nothing = { graph: [], http: [], connections: [] };
  const [id, setId] = useState(connector);
  // What is put replaces what is there: a new one has a name of its own.
  const known = useQuery(installations(tenant));
  const taken = known.data?.some((one) => one.id === id) === true;
  const [without, setWithout] = useState<ReadonlySet<string>>(new Set());
  const [service, setService] = useState(false);
  const [config, setConfig] = useState<unknown>({});
  const save = useChange(putInstallation);
  const preview = useChange(previewPlan);
  const grant = { ...approved(about.manifest, nothing, without), service };
  const put = (config: unknown) => save.mutate(
    { tenant, installation: id, document: { id, connector, package: about.digest, grant, config } },
    { onSuccess: () => void navigate({ to: '/t/$tenant/installations/$installation', params: { tenant, installation: id }, search: {} }) },
  );
  const problems = withinConfig([...found(save.error), ...found(preview.error), ...(preview.data?.problems ?? [])]);
  return (
    <div className="stack loose">
      <div className="short-form"><TextInput label="Installation" mono help="Its name in this tenant; it stays." value={id} onChange={setId} isInvalid={taken || !NAME.test(id)} error={taken ? 'There is an installation with this name already.' : '1 to 63 characters of a-z, 0-9 and -.'} /></div>
      <Section title="What it may touch">
        <p className="quiet">This is all that it asks for. What you leave out is refused when it tries, and shown with the line that would allow it.</p>
        <RightsTable rights={rights(about.manifest, nothing)} chosen={{ without, toggle: (key) => setWithout((now) => toggled(now, key)) }} />
        <label className="choice">
          <input type="checkbox" checked={service} onChange={(event) => setService(event.target.checked)} />
          <span>May act as the service user of its connections<span className="help">Graph lets an app post to Teams only as a signed-in person.</span></span>
        </label>
      </Section>
      <Section title="Configuration">
        <ConfigForm schema={about.config_schema ?? { type: 'object' }} value={config} problems={problems} onChange={setConfig} onSubmit={put}>
          <div className="stack">
            {save.error !== null && <RefusalNote error={save.error} />}
            {preview.error !== null && <RefusalNote error={preview.error} />}
            {preview.data && <Plan plan={preview.data} />}
            <div className="row form-foot">
              <Button type="submit" className="button primary" isDisabled={save.isPending || taken || known.data === undefined || !NAME.test(id)}>Approve its rights and enable</Button>
              <Button className="button" isDisabled={preview.isPending || !NAME.test(id)}
                onPress={() => preview.mutate({ tenant, installation: id, proposal: { package: about.digest, grant, config } })}>Preview the plan</Button>
            </div>
          </div>
        </ConfigForm>
      </Section>
    </div>
  );
}
