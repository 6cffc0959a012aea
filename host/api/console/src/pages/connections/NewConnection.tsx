import { Link, useParams } from '@tanstack/react-router';
import { cli } from '../../cli/lines';
import { Page } from '../../parts/Page';
import { ConnectionForm } from './ConnectionForm';

export function NewConnection() {
  const { tenant } = useParams({ from: '/shell/t/$tenant/connections/new' });
  return (
    <Page title="Connect a system" above={<Link to="/t/$tenant/connections" params={{ tenant }}>Connections of {tenant}</Link>}
      about="The host keeps the secrets sealed: they can be set here, and never read again." cli={cli.apply(`${tenant}.toml`)}>
      <ConnectionForm key={tenant} tenant={tenant} />
    </Page>
  );
}
