import { useState } from 'react';
import { ActionForm } from '../../act/ActionForm';
import { VaultMode } from '../../act/VaultMode';
import { act } from '../../api/changes';
import type { Manifest } from '../../api/model';
import { useChange } from '../../api/useChange';
import { TextInput } from '../../parts/TextInput';

/** The setting of a vault has a form of its own, with its warning. */
const VAULT_MODE = 'set-integration';

/** What people may ask of a connector, asked from here: for themselves or on behalf of somebody who is signed in. */
export function Actions({ tenant, installation, manifest }: { tenant: string; installation: string; manifest: Manifest }) {
  const [as, setAs] = useState('');
  const change = useChange(act);
  const person = as.trim() || undefined;
  return (
    <div className="stack loose">
      <div className="short-form">
        <TextInput label="On behalf of" help="The object id or user name of somebody who is signed in to a connection. Left empty, the host's operator asks." value={as} onChange={setAs} />
      </div>
      <div className="stack">
        {manifest.actions.map((action) => (
          <details key={action.name} className="sheet run" open={action.name === VAULT_MODE}>
            <summary>
              <span className="strong">{action.title}</span>
              <code className="quiet">{action.name}</code>
              {action.roles?.map((role) => <span key={role} className="tag">{role}</span>)}
              {action.idempotent && <span className="tag">once, however often asked</span>}
            </summary>
            <div className="body">
              {action.name === VAULT_MODE ? (
                <VaultMode pending={change.isPending} error={change.error} done={change.isSuccess}
                  onChoose={(mode, confirmed) => change.mutate({
                    tenant, installation, action: action.name, input: { mode, ...(confirmed ? { confirmed } : {}) }, ...(person ? { as: person } : {}),
                  })} />
              ) : <ActionForm tenant={tenant} installation={installation} action={action} as={person} />}
            </div>
          </details>
        ))}
      </div>
    </div>
  );
}
