import { useQuery } from '@tanstack/react-query';
import { Users } from 'lucide-react';
import { Button, DialogTrigger } from 'react-aria-components';
import { signEverybodyOut, signIn, signOutPerson } from '../../api/changes';
import type { PersonSummary } from '../../api/model';
import { people } from '../../api/queries';
import { useChange } from '../../api/useChange';
import { CopyAsCli } from '../../cli/CopyAsCli';
import { cli } from '../../cli/lines';
import { plural } from '../../lane/lane';
import { Answer, Empty } from '../../parts/Answer';
import { Dialogue } from '../../parts/Dialogue';
import { ProblemNote, RefusalNote } from '../../parts/Problem';
import { expiry } from '../../time/countdown';
import { Countdown, When } from '../../time/When';

/** Who is signed in to a connection: the service user, and people who act through panels. */
export function People({ tenant, connection }: { tenant: string; connection: string }) {
  const known = useQuery(people(tenant, connection));
  const ask = useChange(signIn);
  const go = (service: boolean) => ask.mutate(
    { tenant, connection, service, return_to: `/console/t/${tenant}/connections/${connection}?tab=people` },
    { onSuccess: ({ url }) => location.assign(url) },
  );
  return (
    <div className="stack">
      <div className="row">
        <Button className="button" onPress={() => go(true)} isDisabled={ask.isPending}>Sign in the service user</Button>
        <Button className="button" onPress={() => go(false)} isDisabled={ask.isPending}>Sign in as yourself</Button>
        <CopyAsCli small words={cli.people(tenant, connection)} />
        {(known.data?.length ?? 0) > 1 && <EverybodyOut tenant={tenant} connection={connection} />}
      </div>
      {ask.error !== null && <RefusalNote error={ask.error} />}
      <Answer of={known}>
        {(list) => list.length === 0 ? (
          <Empty icon={Users} title="Nobody is signed in">
            <p>A connector that posts to Teams needs a service user: an account of its own, as which it writes.</p>
          </Empty>
        ) : (
          <div className="table-frame">
            <table className="table">
              <thead><tr><th>Person</th><th>May</th><th>Signed in</th><th>Ends, unless used</th><th /></tr></thead>
              <tbody>{list.map((person) => <Row key={`${person.object_id}${person.service}`} tenant={tenant} person={person} />)}</tbody>
            </table>
          </div>
        )}
      </Answer>
    </div>
  );
}

function EverybodyOut(path: { tenant: string; connection: string }) {
  const change = useChange(signEverybodyOut);
  return (
    <DialogTrigger onOpenChange={() => change.reset()}>
      <Button className="button danger push">Sign everybody out…</Button>
      <Dialogue title={`Sign everybody out of ${path.connection}`}>
        {(close) => (
          <>
            <p>The service user too. What needs somebody waits until they have signed in again; nothing is lost.</p>
            {change.error !== null && <RefusalNote error={change.error} />}
            <footer>
              <CopyAsCli words={cli.signEverybodyOut(path.tenant, path.connection)} />
              <Button className="button" onPress={close}>Cancel</Button>
              <Button className="button danger" isDisabled={change.isPending} onPress={() => change.mutate(path, { onSuccess: close })}>Sign everybody out</Button>
            </footer>
          </>
        )}
      </Dialogue>
    </DialogTrigger>
  );
}

function Row({ tenant, person }: { tenant: string; person: PersonSummary }) {
  const change = useChange(signOutPerson);
  const user = person.service ? 'service' : person.object_id;
  return (
    <tr>
      <td>
        <span className="strong">{person.display_name}</span> {person.service && <span className="tag">service user</span>}
        <div className="small quiet">{person.user_name}</div>
        {person.problem && <ProblemNote problem={person.problem} />}
      </td>
      <td>{person.roles?.join(', ') ?? ''}<div className="small quiet">{plural(person.scopes.length, 'permission')}</div></td>
      <td><When at={person.since} /></td>
      <td><Countdown to={person.expires} judge={expiry} /></td>
      <td className="act">
        <Button className="button small danger" isDisabled={change.isPending} onPress={() => change.mutate({ tenant, connection: person.connection, user })}>Sign out</Button>
        {change.error !== null && <RefusalNote error={change.error} />}
      </td>
    </tr>
  );
}
