import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import type { ConnectionSummary } from '../../api/model';
import { connection as ofConnection, connections } from '../../api/queries';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Page } from '../../parts/Page';
import { expiry } from '../../time/countdown';
import { Clock, Countdown } from '../../time/When';
import { Consent } from './Consent';
import { ConnectionForm } from './ConnectionForm';
import { People } from './People';
import { RemoveConnection } from './RemoveConnection';
import { Test } from './Test';

export function Connection() {
  const { tenant, connection: name } = useParams({ from: '/shell/t/$tenant/connections/$connection' });
  const all = useQuery(connections(tenant));
  const above = <Link to="/t/$tenant/connections" params={{ tenant }}>Connections of {tenant}</Link>;
  return (
    <Page title={name} above={above} cli={cli.testConnection(tenant, name)}>
      <Answer of={all}>
        {(list) => {
          const found = list.find((one) => one.name === name);
          return found ? <Found key={`${tenant}/${name}`} tenant={tenant} connection={found} /> : (
            <Empty title="There is no such connection"><p>It may have been removed since this link was made.</p></Empty>
          );
        }}
      </Answer>
    </Page>
  );
}

function Found({ tenant, connection }: { tenant: string; connection: ConnectionSummary }) {
  const { tab = 'test', field } = useSearch({ from: '/shell/t/$tenant/connections/$connection' });
  const navigate = useNavigate();
  const microsoft = connection.provider === 'microsoft';
  const show = (next: unknown) => void navigate({
    to: '/t/$tenant/connections/$connection', params: { tenant, connection: connection.name }, search: { tab: String(next) }, replace: true,
  });
  return (
    <>
      <Facts connection={connection} />
      <Tabs className="tabs" selectedKey={tab} onSelectionChange={show}>
        <TabList aria-label="About this connection">
          <Tab id="test" className="tab">Test</Tab>
          {microsoft && <Tab id="consent" className="tab">Consent</Tab>}
          {microsoft && <Tab id="people" className="tab">People</Tab>}
          <Tab id="edit" className="tab">Change</Tab>
          <Tab id="remove" className="tab">Remove</Tab>
        </TabList>
        <TabPanel id="test"><Test tenant={tenant} connection={connection.name} /></TabPanel>
        {microsoft && <TabPanel id="consent"><Consent tenant={tenant} connection={connection.name} /></TabPanel>}
        {microsoft && <TabPanel id="people"><People tenant={tenant} connection={connection.name} /></TabPanel>}
        <TabPanel id="edit"><Edit tenant={tenant} name={connection.name} field={field} /></TabPanel>
        <TabPanel id="remove"><RemoveConnection tenant={tenant} connection={connection} /></TabPanel>
      </Tabs>
    </>
  );
}

function Edit({ tenant, name, field }: { tenant: string; name: string; field: string | undefined }) {
  const found = useQuery(ofConnection(tenant, name));
  return <Answer of={found}>{(opened) => <ConnectionForm key={field} tenant={tenant} name={name} opened={opened} field={field} />}</Answer>;
}

const LICENSING = { evaluation: 'Evaluation mode', a: 'Model A', b: 'Production mode (model B)' };

function Facts({ connection }: { connection: ConnectionSummary }) {
  const facts: [string, string | undefined][] = [
    ['Directory (tenant) ID', connection.directory_id],
    ['Client ID', connection.client_id],
    ['Object ID', connection.object_id],
    ['Licensing mode', connection.licensing && LICENSING[connection.licensing]],
  ];
  return (
    <dl className="facts">
      <dt>Leads to</dt><dd><code>{connection.target}</code> <span className="quiet">({connection.provider})</span></dd>
      {facts.filter(([, value]) => value).map(([name, value]) => <div key={name} style={{ display: 'contents' }}><dt>{name}</dt><dd><code>{value}</code></dd></div>)}
      <dt>Secrets</dt>
      <dd>{connection.secrets.length === 0 ? 'none' : connection.secrets.map((secret) => <span key={secret} className="tag">{secret.replace('_', ' ')}: set</span>)}</dd>
      {connection.revoked !== undefined && <><dt>Revoked</dt><dd><Clock at={connection.revoked} /> <span className="quiet">It sends nothing until a new credential is entered.</span></dd></>}
      <dt>Expires at</dt>
      <dd>
        {connection.expires_at === undefined ? <span className="quiet">not known</span> : (
          <span className="row"><Clock at={connection.expires_at} /><Countdown to={connection.expires_at} judge={expiry} /></span>
        )}
      </dd>
    </dl>
  );
}
