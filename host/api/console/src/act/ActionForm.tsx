import { useState } from 'react';
import { Button } from 'react-aria-components';
import { act } from '../api/changes';
import type { Action } from '../api/model';
import { useChange } from '../api/useChange';
import { CopyAsCli } from '../cli/CopyAsCli';
import { cli } from '../cli/lines';
import { ConfigForm } from '../form/ConfigForm';
import { RefusalNote } from '../parts/Problem';

/** Asks a connector for an action, by the schema of its input. */
export function ActionForm({ tenant, installation, action, as, record, onDone }: {
  tenant: string;
  installation: string;
  action: Action;
  as?: string | undefined;
  record?: [string, string];
  onDone?: () => void;
}) {
  const [input, setInput] = useState<unknown>({});
  const change = useChange(act);
  const submit = (next: unknown) => change.mutate({
    tenant, installation, action: action.name, input: (next ?? {}) as Record<string, unknown>, ...(as ? { as } : {}), ...(record ? { record } : {}),
  }, { ...(onDone ? { onSuccess: onDone } : {}) });
  return (
    <div className="stack">
      <p className="quiet">{action.description}</p>
      <ConfigForm schema={withoutRecord(action.input as Record<string, unknown>, record !== undefined)} value={{}} onChange={setInput} onSubmit={submit}>
        <div className="stack">
          {change.error !== null && <RefusalNote error={change.error} />}
          {change.data && <pre className="sheet code" aria-live="polite">{JSON.stringify(change.data.output, null, 2)}</pre>}
          <div className="row">
            <Button type="submit" className="button primary" isDisabled={change.isPending}>{change.isPending ? 'Asking…' : action.title}</Button>
            <CopyAsCli small words={cli.act(tenant, installation, action.name, input, as, record?.join('/'))} />
          </div>
        </div>
      </ConfigForm>
    </div>
  );
}

/** Where the record is named beside the input, nobody is asked for it again. */
const RECORD = new Set(['case_id', 'record_id', 'table', 'opportunity_id']);

export function withoutRecord(schema: Record<string, unknown>, known: boolean): Record<string, unknown> {
  const properties = schema['properties'];
  if (!known || typeof properties !== 'object' || properties === null) return schema;
  const rest = Object.fromEntries(Object.entries(properties).filter(([name]) => !RECORD.has(name)));
  const required = (schema['required'] as string[] | undefined)?.filter((name) => !RECORD.has(name));
  return { ...schema, properties: rest, ...(required ? { required } : {}) };
}
