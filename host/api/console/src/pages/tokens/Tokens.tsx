import { useQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { Button, DialogTrigger } from 'react-aria-components';
import { createToken, revokeToken } from '../../api/changes';
import type { Role, TokenSummary } from '../../api/model';
import { tenants, tokens } from '../../api/ofHost';
import { useChange } from '../../api/useChange';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Badge } from '../../parts/Badge';
import { Choice } from '../../parts/Choice';
import { Dialogue } from '../../parts/Dialogue';
import { Page } from '../../parts/Page';
import { ProblemNote, RefusalNote } from '../../parts/Problem';
import { TextInput } from '../../parts/TextInput';
import { expiry } from '../../time/countdown';
import { Countdown, When } from '../../time/When';

export function Tokens() {
  const all = useQuery(tokens);
  return (
    <Page title="Tokens" about="For programs. Each is shown once, kept as a digest, and good for what it says and no longer." cli={cli.tokens()} actions={<Create />}>
      <Answer of={all}>
        {(list) => list.length === 0 ? (
          <Empty icon={KeyRound} title="No token was made"><p>The one that the host printed at its first start is not listed: <code>tieline serve --new-token</code> replaces it.</p></Empty>
        ) : (
          <div className="table-frame">
            <table className="table">
              <thead><tr><th>Token</th><th>May</th><th>Made</th><th>Last used</th><th>Ends</th><th /></tr></thead>
              <tbody>{list.map((one) => <Row key={one.id} token={one} />)}</tbody>
            </table>
          </div>
        )}
      </Answer>
    </Page>
  );
}

function Row({ token }: { token: TokenSummary }) {
  const change = useChange(revokeToken);
  return (
    <tr>
      <td><span className="strong">{token.name}</span><div className="small quiet"><code>{token.id}</code></div></td>
      <td>{token.rights.map(({ tenant, role }) => <div key={`${tenant ?? ''}/${role}`}>{role} <span className="quiet">{tenant ? `of ${tenant}` : 'of the host'}</span></div>)}</td>
      <td><When at={token.created} /><div className="small quiet">by {token.created_by}</div></td>
      <td>{token.last_used === undefined ? <span className="faint">never</span> : <When at={token.last_used} />}</td>
      <td>{token.state === 'revoked' ? <Badge tone="off">Revoked</Badge> : <Countdown to={token.expires} judge={expiry} />}</td>
      <td className="act">
        {token.state === 'active' && <Button className="button small danger" isDisabled={change.isPending} onPress={() => change.mutate(token.id)}>Revoke</Button>}
        {change.error !== null && <RefusalNote error={change.error} />}
      </td>
    </tr>
  );
}

const ROLES: { value: Role; label: string }[] = [
  { value: 'viewer', label: 'Viewer: looks' },
  { value: 'agent', label: 'Agent: works with records' },
  { value: 'tenant-admin', label: 'Tenant admin: sets a tenant up' },
  { value: 'operator', label: 'Operator: runs the host' },
];
const LASTS = [30, 90, 365].map((days) => ({ value: String(days), label: `${days} days` }));

function Create() {
  const all = useQuery(tenants).data ?? [];
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [tenant, setTenant] = useState('');
  const [days, setDays] = useState('90');
  const change = useChange(createToken);
  const host = role === 'operator';
  const of = tenant || all[0]?.id;
  const make = () => change.mutate({ name, rights: [host || !of ? { role } : { tenant: of, role }], lasts_s: Number(days) * 86_400 });
  return (
    <DialogTrigger onOpenChange={() => {
      change.reset();
      setName('');
    }}>
      <Button className="button primary">Make a token</Button>
      <Dialogue title="Make a token">
        {(close) => change.data ? (
          <>
            <ProblemNote tone="warning" problem={{ code: 'token.shown-once', message: 'This is shown once. Put it where it belongs now.' }} />
            <pre className="sheet code">{change.data.token}</pre>
            <footer>
              <Button className="button" onPress={() => void navigator.clipboard.writeText(change.data.token)}>Copy</Button>
              <Button className="button primary" onPress={close}>I have it</Button>
            </footer>
          </>
        ) : (
          <>
            <TextInput label="Name" help="What it is for." value={name} onChange={setName} autoFocus />
            <Choice label="Role" value={role} onChange={(value) => setRole(value as Role)} options={ROLES} />
            {!host && <Choice label="Tenant" value={of ?? ''} onChange={setTenant} options={all.map(({ id, name }) => ({ value: id, label: name }))} />}
            <Choice label="Lasts" value={days} onChange={setDays} options={LASTS} />
            {change.error !== null && <RefusalNote error={change.error} />}
            <footer>
              <Button className="button" onPress={close}>Cancel</Button>
              <Button className="button primary" isDisabled={change.isPending || name.trim() === ''} onPress={make}>Make token</Button>
            </footer>
          </>
        )}
      </Dialogue>
    </DialogTrigger>
  );
}
