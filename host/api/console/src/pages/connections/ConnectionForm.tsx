import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { Button } from 'react-aria-components';
import { putConnection } from '../../api/configuration';
import type { ConnectionDocument } from '../../api/model';
import { connections } from '../../api/queries';
import type { Seen } from '../../api/seen';
import { useChange } from '../../api/useChange';
import { ChangeRefused } from '../../change/ChangeRefused';
import { Choice } from '../../parts/Choice';
import { ProblemNote } from '../../parts/Problem';
import { TextInput } from '../../parts/TextInput';
import { NAME } from '../tenants/names';
import { document, known as shown, LICENSING, masked, missing, PROVIDERS, withoutSecrets, type Asked, type Provider } from './providers';
import { Test } from './Test';

/** A connection's form, by its provider. Secrets are written and never read: an empty field keeps what is set. `field`: where somebody was sent to. */
export function ConnectionForm({ tenant, name, opened, field }: { tenant: string; name?: string; opened?: Seen<ConnectionDocument>; field?: string | undefined }) {
  const navigate = useNavigate();
  const [seen, setSeen] = useState(opened);
  const before = seen?.document;
  const [chosen, setChosen] = useState(before?.provider ?? 'microsoft');
  const provider = PROVIDERS.find(({ id }) => id === chosen) ?? (PROVIDERS[0] as Provider);
  const [named, setNamed] = useState<string>();
  const [filled, setFilled] = useState<Record<string, string>>(() => shown(before));
  const change = useChange(putConnection);
  const connection = name ?? named ?? provider.name;
  // What is put replaces what is there: a new one has a name of its own.
  const known = useQuery({ ...connections(tenant), enabled: !opened });
  const taken = !opened && known.data?.some(({ name: other }) => other === connection) === true;
  const lacking = missing(provider, filled, before);
  const mine = document(provider, filled, before);
  const fill = (name: string) => (value: string) => setFilled((all) => ({ ...all, [name]: value }));

  const put = (etag: string | undefined) => change.mutate({ tenant, connection, document: mine, etag }, {
    onSuccess: (next) => {
      setSeen(next);
      setFilled((all) => withoutSecrets(provider, all));
      if (!opened) void navigate({ to: '/t/$tenant/connections/$connection', params: { tenant, connection } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put(seen?.etag);
  };
  const take = (theirs: Seen<ConnectionDocument>) => {
    setSeen(theirs);
    setFilled(shown(theirs.document));
    change.reset();
  };

  return (
    <form className="sheet form" onSubmit={submit}>
      {!opened && (
        <div className="pair">
          <Choice label="System" value={chosen} onChange={setChosen} options={PROVIDERS.map(({ id, label }) => ({ value: id, label }))} />
          <TextInput label="Connection" mono help="The name by which connectors ask for it." value={connection} onChange={setNamed} isInvalid={taken || !NAME.test(connection)} error={taken ? 'There is a connection with this name already.' : '1 to 63 characters of a-z, 0-9 and -.'} />
        </div>
      )}
      <TextInput label="Name" help="What people call it; any name." value={filled['name'] ?? ''} onChange={fill('name')} />
      {provider.fields.map((asked) => <Field key={asked.name} asked={asked} focus={asked.name === field} set={before?.[asked.name] === true} value={filled[asked.name] ?? ''} onChange={fill(asked.name)} />)}
      {provider.id === 'microsoft' && (
        <Choice label="Licensing mode" value={filled['licensing'] ?? ''} onChange={fill('licensing')} options={LICENSING} help="How calls of metered Teams APIs are paid for." />
      )}
      <ChangeRefused error={change.error} mine={masked(mine)} of={masked} keep={(theirs) => put(theirs?.etag)} take={take} />
      {change.isSuccess && opened && <ProblemNote tone="info" problem={{ code: 'connection.saved', message: 'Saved.', remedy: 'Test the connection: events that waited for it go on as soon as it works.' }} />}
      <footer className="row">
        <Button type="submit" className="button primary" isDisabled={change.isPending || lacking.length > 0 || taken || (!opened && known.data === undefined) || !NAME.test(connection)}>{opened ? 'Save' : 'Connect'}</Button>
        {lacking.length > 0 && <span className="small quiet">Still needed: {lacking.join(', ')}</span>}
      </footer>
      {change.isSuccess && opened && <Test tenant={tenant} connection={connection} />}
    </form>
  );
}

function Field({ asked, set, focus, value, onChange }: { asked: Asked; set: boolean; focus: boolean; value: string; onChange: (value: string) => void }) {
  return (
    <TextInput label={`${asked.label}${asked.optional ? ' (optional)' : ''}`} value={value} onChange={onChange} autoComplete="off" autoFocus={focus}
      mono={asked.kind === undefined} type={asked.secret && !asked.lines ? 'password' : asked.kind === 'date' ? 'date' : 'text'}
      {...(asked.help ? { help: asked.help } : {})} {...(asked.lines ? { lines: asked.lines } : {})}
      placeholder={set ? 'set; leave empty to keep it' : ''} />
  );
}
