import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { session } from '../../api/ofHost';
import { Answer } from '../../parts/Answer';
import { CopyAsCli } from '../../cli/CopyAsCli';
import { cli, line } from '../../cli/lines';
import { Choice } from '../../parts/Choice';
import { useMay } from '../../parts/useMay';
import { Page, Section } from '../../parts/Page';
import { theme, wear, type Theme } from '../../style/theme';

const LOOKS = [
  { value: 'system', label: 'As the system has it' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

const FILE = 'tieline.backup';

/** Who you are here, and how it looks. The host's own settings are a file, and stay one. */
export function Settings() {
  const me = useQuery(session);
  const operator = useMay('operator');
  const [worn, setWorn] = useState(theme());
  return (
    <Page title="Settings" cli={cli.printConfig()}>
      <div className="columns">
        <Section title="You">
          <Answer of={me}>
            {({ kind, name, user_name, rights }) => (
              <dl className="facts">
                <dt>Signed in as</dt><dd>{name} <span className="quiet">({user_name ?? kind})</span></dd>
                <dt>May</dt><dd>{rights.map(({ tenant, role }) => <div key={`${tenant ?? ''}/${role}`}>{role} <span className="quiet">{tenant ? `of ${tenant}` : 'of the whole host'}</span></div>)}</dd>
              </dl>
            )}
          </Answer>
        </Section>
        <Section title="Looks">
          <div className="short-form"><Choice label="Theme" value={worn} options={LOOKS} onChange={(value) => {
            wear(value as Theme);
            setWorn(value as Theme);
          }} /></div>
        </Section>
      </div>
      <Section title="This host">
        <p className="quiet">Its own settings are in <code>tieline.toml</code>: listening, store, clouds, egress, limits, sign-in. The command above prints all of them with their defaults and units.</p>
        <p className="row links"><a href="/api/openapi.json" target="_blank" rel="noreferrer">OpenAPI document</a><a href="/healthz" target="_blank" rel="noreferrer">Health</a><a href="/readyz" target="_blank" rel="noreferrer">Readiness</a></p>
      </Section>
      {operator && (
        <Section title="Backup" aside={<CopyAsCli small words={cli.backup(FILE)} />}>
          <p className="quiet">Written on a command line, while the host runs: configuration, packages, events, sealed secrets and datasets, of one moment. The master key is not in it; keep that elsewhere. Read it to its end once in a while, to know that it is whole.</p>
          <pre className="sheet code">{line(cli.backup(FILE))}{'\n'}{line(cli.checkBackup(FILE))}</pre>
        </Section>
      )}
    </Page>
  );
}
