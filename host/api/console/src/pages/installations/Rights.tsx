import { useState } from 'react';
import { Button } from 'react-aria-components';
import { putGrant } from '../../api/configuration';
import type { InstallationDetail, Manifest } from '../../api/model';
import type { Seen } from '../../api/seen';
import { useChange } from '../../api/useChange';
import { ChangeRefused } from '../../change/ChangeRefused';
import { plural } from '../../lane/lane';
import { Section } from '../../parts/Page';
import { ProblemNote } from '../../parts/Problem';
import { approved, asksForMore, own, rights, type Right } from './rights';
import { RightsTable, toggled } from './RightsTable';

/** What the connector asks for beside what it was granted, and approving the difference. */
export function Rights({ tenant, opened, manifest }: { tenant: string; opened: Seen<InstallationDetail>; manifest: Manifest }) {
  const [seen, setSeen] = useState(opened);
  const of = seen.document.configuration;
  const more = asksForMore(manifest, of.grant);
  // What was not granted stays ungranted until somebody chooses it.
  const [without, setWithout] = useState(() => ungranted(more));
  const [service, setService] = useState(of.grant.service === true);
  const change = useChange(putGrant);
  const grant = { ...approved(manifest, of.grant, without), service };
  const same = JSON.stringify(sorted(grant)) === JSON.stringify(sorted({ ...of.grant, service: of.grant.service === true }));
  const put = (etag: string | undefined) => change.mutate({ tenant, installation: of.id, grant, etag }, { onSuccess: setSeen });
  const take = (theirs: Seen<InstallationDetail>) => {
    setSeen(theirs);
    setWithout(ungranted(asksForMore(manifest, theirs.document.configuration.grant)));
    setService(theirs.document.configuration.grant.service === true);
    change.reset();
  };
  return (
    <div className="stack loose">
      {more.length > 0 && (
        <ProblemNote tone="warning" problem={{
          code: 'rights.asked', message: `This version asks for ${plural(more.length, 'right')} that it was not granted.`, remedy: 'What is not granted is refused when the connector tries it. Choose what it may have, and approve.',
        }} />
      )}
      <RightsTable rights={rights(manifest, of.grant)} chosen={{ without, toggle: (key) => setWithout((now) => toggled(now, key)) }} />
      <label className="choice">
        <input type="checkbox" checked={service} onChange={(event) => setService(event.target.checked)} />
        <span>May act as the service user of its connections<span className="help">Graph lets an app post to Teams only as a signed-in person.</span></span>
      </label>
      <ChangeRefused error={change.error} mine={grant} of={({ configuration }: InstallationDetail) => configuration.grant} keep={(theirs) => put(theirs?.etag)} take={take} />
      <div className="row">
        <Button className="button primary" isDisabled={same || change.isPending} onPress={() => put(seen.etag)}>Approve these rights</Button>
        <span className="small quiet">{same ? 'As it is granted now.' : 'It holds from the next call on.'}</span>
      </div>
      <Section title="What is its own and needs no grant"><RightsTable rights={own(manifest)} /></Section>
    </div>
  );
}

const ungranted = (more: Right[]): ReadonlySet<string> => new Set(more.map(({ kind, name }) => `${kind}/${name}`));

const sorted = <T extends { graph: string[]; http: string[]; connections: string[]; service: boolean }>({ graph, http, connections, service }: T) =>
  [[...graph].sort(), [...http].sort(), [...connections].sort(), service];
