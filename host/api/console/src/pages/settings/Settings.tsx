import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { session } from '../../api/queries';
import { Answer } from '../../parts/Answer';
import { Choice } from '../../parts/Choice';
import { Page, Section } from '../../parts/Page';
import { theme, wear, type Theme } from '../../style/theme';

const LOOKS = [
  { value: 'system', label: 'As the system has it' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

/** Who you are here, and how it looks. The host's own settings are a file, and stay one. */
export function Settings() {
  const me = useQuery(session);
  const [worn, setWorn] = useState(theme());
  return (
    <Page title="Settings" cli={['tieline', 'serve', '--print-config']}>
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
          <Choice label="Theme" value={worn} options={LOOKS} onChange={(value) => {
            wear(value as Theme);
            setWorn(value as Theme);
          }} />
        </Section>
      </div>
      <Section title="This host">
        <p className="quiet">Its own settings are in <code>tieline.toml</code>: listening, store, clouds, egress, limits, sign-in. The command above prints all of them with their defaults and units.</p>
        <p className="row"><a href="/api/openapi.json" target="_blank" rel="noreferrer">OpenAPI document</a><a href="/healthz" target="_blank" rel="noreferrer">Health</a><a href="/readyz" target="_blank" rel="noreferrer">Readiness</a></p>
      </Section>
    </Page>
  );
}
