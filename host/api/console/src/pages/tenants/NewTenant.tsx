import { useNavigate } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Button } from 'react-aria-components';
import { createTenant } from '../../api/configuration';
import { tenants } from '../../api/ofHost';
import { useChange } from '../../api/useChange';
import { Page } from '../../parts/Page';
import { RefusalNote } from '../../parts/Problem';
import { TextInput } from '../../parts/TextInput';
import { cli } from '../../cli/lines';
import { idOf, NAME } from './names';

export function NewTenant() {
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string>();
  const id = chosen ?? idOf(name);
  const change = useChange(createTenant);
  const known = useQuery(tenants);
  // What is put replaces what is there: a tenant that exists is never made anew.
  const taken = known.data?.some((tenant) => tenant.id === id) ?? false;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ id, name }, { onSuccess: () => void navigate({ to: '/t/$tenant/connections', params: { tenant: id } }) });
  };
  return (
    <Page title="Create a tenant" about="Its connections come next: Microsoft first." cli={cli.apply(`${id || 'acme'}.toml`)}>
      <form className="sheet form" onSubmit={submit}>
        <TextInput label="Name" help="For people: Acme Ltd" value={name} onChange={setName} autoFocus isRequired />
        <TextInput label="Id" mono help="In addresses, documents and logs; it stays. Small letters, digits and -." value={id} onChange={setChosen} isRequired
          isInvalid={taken || (id !== '' && !NAME.test(id))} error={taken ? 'There is a tenant with this id already.' : '1 to 63 characters of a-z, 0-9 and -, and no - at the beginning.'} />
        {change.error !== null && <RefusalNote error={change.error} />}
        <footer className="row"><Button type="submit" className="button primary" isDisabled={change.isPending || known.data === undefined || taken || !NAME.test(id) || name.trim() === ''}>Create tenant</Button></footer>
      </form>
    </Page>
  );
}
