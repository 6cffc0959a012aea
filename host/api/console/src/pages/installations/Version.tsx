import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { putInstallation } from '../../api/configuration';
import type { ConnectorVersion, InstallationDetail } from '../../api/model';
import { versions } from '../../api/ofHost';
import type { Seen } from '../../api/seen';
import { useChange } from '../../api/useChange';
import { ChangeRefused } from '../../change/ChangeRefused';
import { Answer } from '../../parts/Answer';
import { Choice } from '../../parts/Choice';

/** Which version of the connector runs here. Another one takes over while events flow, and none is lost. */
export function Version({ tenant, opened }: { tenant: string; opened: Seen<InstallationDetail> }) {
  const found = useQuery(versions(opened.document.summary.connector));
  return <Answer of={found}>{(list) => <Choose tenant={tenant} opened={opened} list={list} />}</Answer>;
}

function Choose({ tenant, opened, list }: { tenant: string; opened: Seen<InstallationDetail>; list: ConnectorVersion[] }) {
  const { summary, configuration } = opened.document;
  const [chosen, setChosen] = useState(configuration.package);
  const change = useChange(putInstallation);
  const put = ({ document, etag }: { document: InstallationDetail; etag: string | undefined }) =>
    change.mutate({ tenant, installation: summary.id, etag, document: { ...document.configuration, package: chosen } });
  const options = list.map((one) => ({ value: one.package, label: one.package === configuration.package ? `${one.version}, as it is now` : one.version }));
  const known = options.some(({ value }) => value === configuration.package);
  return (
    <div className="stack">
      <div className="short-form">
        <Choice label="Version" value={chosen} onChange={setChosen} options={known ? options : [{ value: configuration.package, label: `${summary.version}, as it is now` }, ...options]}
          help="Events that are being handled finish on the version before. If the new one does not load, migrate or plan, the old one goes on." />
      </div>
      <ChangeRefused error={change.error} mine={{ package: chosen }} of={({ configuration: theirs }: InstallationDetail) => ({ package: theirs.package })}
        keep={(theirs) => put(theirs ?? { document: opened.document, etag: undefined })} take={(theirs) => {
          setChosen(theirs.document.configuration.package);
          change.reset();
        }} />
      <div className="row">
        <Button className="button primary" isDisabled={chosen === configuration.package || change.isPending} onPress={() => put(opened)}>{change.isPending ? 'Moving…' : 'Move to this version'}</Button>
        <span className="small quiet">Rights that it asks for beyond the grant wait for approval. <Link to="/connectors/$connector" params={{ connector: summary.connector }}>What each version asks for</Link></span>
      </div>
    </div>
  );
}
