import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { Button, Input, SearchField } from 'react-aria-components';
import type { AuditSelection } from '../../api/queries';

const ASKED = [
  ['who', 'Who', 'ada@acme.example'],
  ['action', 'What', 'putGrant'],
  ['target', 'About', '/tenants/acme/connections'],
] as const;

/** Records by whom, what and to what. What is chosen stands in the address. */
export function Filters({ tenant, selection }: { tenant: string | undefined; selection: AuditSelection }) {
  const navigate = useNavigate();
  const [filled, setFilled] = useState(selection);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const search = Object.fromEntries(Object.entries(filled).filter(([, text]) => text));
    void (tenant === undefined ? navigate({ to: '/audit', search }) : navigate({ to: '/t/$tenant/audit', params: { tenant }, search }));
  };
  return (
    <form className="filters" role="search" onSubmit={submit}>
      {ASKED.map(([name, label, example], place) => (
        <SearchField key={name} aria-label={label} value={filled[name] ?? ''} onChange={(text) => setFilled({ ...filled, [name]: text })}>
          <Input className="input mono" {...(place === 0 ? { 'data-filter': '' } : {})} placeholder={`${label}: ${example}`} size={26} />
        </SearchField>
      ))}
      <Button type="submit" className="button">Show these</Button>
    </form>
  );
}
