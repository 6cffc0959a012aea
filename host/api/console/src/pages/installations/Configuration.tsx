import { useState } from 'react';
import { Button } from 'react-aria-components';
import { previewPlan } from '../../api/changes';
import { putInstallation } from '../../api/configuration';
import { Refusal } from '../../api/http';
import type { InstallationDetail, Problem } from '../../api/model';
import { Overtaken, type Seen } from '../../api/seen';
import { useChange } from '../../api/useChange';
import { ChangeRefused } from '../../change/ChangeRefused';
import { ConfigForm } from '../../form/ConfigForm';
import { ProblemNote, RefusalNote } from '../../parts/Problem';
import { Plan } from './Plan';

/** The form of the connector's own schema; what the plan would be can be seen before it is saved. */
export function Configuration({ tenant, opened, schema }: { tenant: string; opened: Seen<InstallationDetail>; schema: Record<string, unknown> | undefined }) {
  const [seen, setSeen] = useState(opened);
  // Taking theirs begins the form anew.
  const [turn, setTurn] = useState(0);
  const [config, setConfig] = useState<unknown>(seen.document.configuration.config);
  const save = useChange(putInstallation);
  const preview = useChange(previewPlan);
  if (!schema) return <p className="quiet">This connector has nothing to configure.</p>;
  const { id } = seen.document.configuration;
  const problems = [...found(save.error), ...found(preview.error), ...(preview.data?.problems ?? [])];
  // Only the configuration is of this page: what else somebody changed stays theirs.
  const put = (next: unknown, { document, etag }: { document: InstallationDetail; etag: string | undefined }) =>
    save.mutate({ tenant, installation: id, etag, document: { ...document.configuration, config: next } }, { onSuccess: setSeen });
  const take = (theirs: Seen<InstallationDetail>) => {
    setSeen(theirs);
    setConfig(theirs.document.configuration.config);
    setTurn(turn + 1);
    save.reset();
  };
  return (
    <ConfigForm key={turn} schema={schema} value={seen.document.configuration.config} problems={withinConfig(problems)} onChange={setConfig} onSubmit={(next) => put(next, seen)}>
      <div className="stack">
        <ChangeRefused error={save.error} mine={config} of={({ configuration }: InstallationDetail) => configuration.config}
          keep={(theirs) => put(config, theirs ?? { document: seen.document, etag: undefined })} take={take} />
        {preview.error !== null && <RefusalNote error={preview.error} />}
        {preview.data && <Plan plan={preview.data} />}
        {save.isSuccess && <ProblemNote tone="info" problem={{ code: 'configuration.saved', message: 'Saved. The connector is planned anew.' }} />}
        <div className="row form-foot">
          <Button type="submit" className="button primary" isDisabled={save.isPending}>Save configuration</Button>
          <Button className="button" isDisabled={preview.isPending} onPress={() => preview.mutate({ tenant, installation: id, proposal: { config } })}>Preview the plan</Button>
        </div>
      </div>
    </ConfigForm>
  );
}

export const found = (error: unknown): Problem[] => (error instanceof Refusal && !(error instanceof Overtaken) ? [error.problem, ...error.errors] : []);

/** The host names fields from the installation's root; the form begins at the configuration. */
export const withinConfig = (problems: Problem[]): Problem[] =>
  problems.flatMap((problem) => (problem.field?.includes('/config/') ? [{ ...problem, field: problem.field.slice(problem.field.indexOf('/config/') + '/config'.length) }] : []));
