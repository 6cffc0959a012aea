import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import type { InstallationDetail, PackageDetail } from '../../api/model';
import type { Seen } from '../../api/seen';
import { manifest } from '../../api/ofHost';
import { installation as ofInstallation } from '../../api/queries';
import { cli } from '../../cli/lines';
import { Answer } from '../../parts/Answer';
import { Badge } from '../../parts/Badge';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/Problem';
import { Actions } from './Actions';
import { Check } from './Check';
import { Configuration } from './Configuration';
import { InstallationBadge } from './Installations';
import { Pause, restsNow } from './Pause';
import { RemoveInstallation } from './RemoveInstallation';
import { Rights } from './Rights';
import { asksForMore } from './rights';
import { Version } from './Version';

export function Installation() {
  const { tenant, installation: id } = useParams({ from: '/shell/t/$tenant/installations/$installation' });
  const found = useQuery(ofInstallation(tenant, id));
  const of = found.data?.document;
  const above = <Link to="/t/$tenant/installations" params={{ tenant }}>Installations of {tenant}</Link>;
  return (
    <Page title={id} above={above} cli={of && restsNow(of.summary) ? cli.resume(tenant, id) : cli.check(tenant, id)} actions={of && <Pause tenant={tenant} of={of.summary} />}>
      <Answer of={found}>
        {(opened) => (
          <>
            <Facts tenant={tenant} of={opened.document} />
            {opened.document.summary.problems?.map((problem) => <ProblemNote key={problem.code} problem={problem} />)}
            <OfPackage key={`${tenant}/${id}/${opened.document.configuration.package}`} tenant={tenant} opened={opened} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function Facts({ tenant, of: { summary, configuration } }: { tenant: string; of: InstallationDetail }) {
  return (
    <dl className="facts">
      <dt>State</dt><dd><InstallationBadge of={summary} /></dd>
      <dt>Connector</dt>
      <dd><Link to="/connectors/$connector" params={{ connector: summary.connector }}>{summary.connector}</Link> {summary.version}</dd>
      <dt>Package</dt><dd><code className="small">{summary.package}</code></dd>
      <dt>Journal</dt><dd>{configuration.journal === 'full' ? 'full: runs can be replayed' : 'shape: no content is kept'}</dd>
      <dt>Events</dt><dd><Link to="/t/$tenant/events" params={{ tenant }} search={{ installation: summary.id }}>See what was delivered to it</Link></dd>
    </dl>
  );
}

/** What the package says of itself is asked for apart: it never changes. */
function OfPackage({ tenant, opened }: { tenant: string; opened: Seen<InstallationDetail> }) {
  const found = useQuery(manifest(opened.document.configuration.package));
  return <Answer of={found}>{(about) => <Sections tenant={tenant} opened={opened} about={about} />}</Answer>;
}

function Sections({ tenant, opened, about }: { tenant: string; opened: Seen<InstallationDetail>; about: PackageDetail }) {
  const { tab = 'check' } = useSearch({ from: '/shell/t/$tenant/installations/$installation' });
  const navigate = useNavigate();
  const { id, grant } = opened.document.configuration;
  const more = asksForMore(about.manifest, grant).length;
  const show = (next: unknown) => void navigate({
    to: '/t/$tenant/installations/$installation', params: { tenant, installation: id }, search: { tab: String(next) }, replace: true,
  });
  const acts = about.manifest.actions.length > 0;
  return (
    <Tabs className="tabs" selectedKey={tab} onSelectionChange={show}>
      <TabList aria-label="About this installation">
        <Tab id="check" className="tab">Check</Tab>
        <Tab id="rights" className="tab">Rights {more > 0 && <Badge tone="warn">{more} asked</Badge>}</Tab>
        <Tab id="config" className="tab">Configuration</Tab>
        {acts && <Tab id="actions" className="tab">Actions</Tab>}
        <Tab id="version" className="tab">Version</Tab>
        <Tab id="remove" className="tab">Remove</Tab>
      </TabList>
      <TabPanel id="check"><Check tenant={tenant} installation={id} /></TabPanel>
      <TabPanel id="rights"><Rights tenant={tenant} opened={opened} manifest={about.manifest} /></TabPanel>
      <TabPanel id="config"><Configuration tenant={tenant} opened={opened} schema={about.config_schema} /></TabPanel>
      {acts && <TabPanel id="actions"><Actions tenant={tenant} installation={id} manifest={about.manifest} /></TabPanel>}
      <TabPanel id="version"><Version tenant={tenant} opened={opened} /></TabPanel>
      <TabPanel id="remove"><RemoveInstallation tenant={tenant} opened={opened} manifest={about.manifest} /></TabPanel>
    </Tabs>
  );
}
