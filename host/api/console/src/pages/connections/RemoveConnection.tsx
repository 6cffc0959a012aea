import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { revokeConnection } from '../../api/changes';
import { removeConnection } from '../../api/configuration';
import type { ConnectionSummary } from '../../api/model';
import { connection as ofConnection, installations, people } from '../../api/queries';
import { Goes, Removal } from '../../change/Removal';
import { cli } from '../../cli/lines';
import { plural } from '../../lane/lane';
import { Section } from '../../parts/Page';

interface Of {
  tenant: string;
  connection: ConnectionSummary;
}

/** Two ends: what it gave out is taken back, or it goes altogether. */
export function RemoveConnection({ tenant, connection }: Of) {
  const navigate = useNavigate();
  const { name, secrets } = connection;
  const found = useQuery(ofConnection(tenant, name));
  const etag = found.data?.etag;
  return (
    <div className="stack loose">
      <Section title="Revoke" aside={
        <Removal what="connection" name={name} verb="Revoke" says={<Goes list={['every sign-in, the service user’s too', 'every token and session that it holds; the upstream is told where it lets itself be told']} stays="It stays, and sends nothing until a new credential is entered; events that need it wait." />}
          cli={cli.revoke(tenant, name)} remove={() => revokeConnection({ tenant, connection: name }).then(() => ({}))} onRemoved={() => undefined} />
      }>
        <p className="quiet">For when a secret was seen by somebody who should not have. {connection.revoked !== undefined && 'It was revoked; enter a new credential and it works again.'}</p>
      </Section>
      <Section title="Remove" aside={
        <Removal what="connection" name={name} says={<Says tenant={tenant} name={name} secrets={secrets} />}
          remove={etag === undefined ? undefined : () => removeConnection({ tenant, connection: name, etag })}
          onRemoved={() => void navigate({ to: '/t/$tenant/connections', params: { tenant } })} />
      }>
        <p className="quiet">On a command line: take it out of the document, and apply that.</p>
      </Section>
    </div>
  );
}

function Says({ tenant, name, secrets }: { tenant: string; name: string; secrets: string[] }) {
  const signedIn = useQuery(people(tenant, name)).data ?? [];
  const users = (useQuery(installations(tenant)).data ?? []).filter(({ rights }) => rights.some((right) => right.startsWith(`connection ${name} `)));
  return (
    <>
      <Goes list={[
        secrets.length > 0 ? `its secrets: ${secrets.map((secret) => secret.replace('_', ' ')).join(', ')}` : 'its settings',
        signedIn.length > 0 ? `the sign-ins of ${plural(signedIn.length, 'person').replace('persons', 'people')}` : 'no sign-in: nobody is signed in',
      ]} />
      {users.length > 0 && <p>{users.map(({ id }) => id).join(', ')} {users.length === 1 ? 'uses' : 'use'} it: the host refuses while an installation needs it.</p>}
    </>
  );
}
