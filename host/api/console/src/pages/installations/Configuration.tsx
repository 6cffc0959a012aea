import { useState } from 'react';
import { Button } from 'react-aria-components';
import { previewPlan, putInstallation } from '../../api/changes';
import { Refusal } from '../../api/http';
import type { InstallationDocument, Problem } from '../../api/model';
import { useChange } from '../../api/useChange';
import { ConfigForm } from '../../form/ConfigForm';
import { ProblemNote, RefusalNote } from '../../parts/Problem';
import { Plan } from './Plan';

/** The form of the connector's own schema; what the plan would be can be seen before it is saved. */
export function Configuration({ tenant, of, schema }: { tenant: string; of: InstallationDocument; schema: Record<string, unknown> | undefined }) {
  const [config, setConfig] = useState<unknown>(of.config);
  const save = useChange(putInstallation);
  const preview = useChange(previewPlan);
  if (!schema) return <p className="quiet">This connector has nothing to configure.</p>;
  const problems = [...found(save.error), ...found(preview.error), ...(preview.data?.problems ?? [])];
  return (
    <ConfigForm schema={schema} value={of.config} problems={withinConfig(problems)} onChange={setConfig}
      onSubmit={(next) => save.mutate({ tenant, installation: of.id, document: { ...of, config: next } })}>
      <div className="stack">
        {save.error !== null && <RefusalNote error={save.error} />}
        {preview.error !== null && <RefusalNote error={preview.error} />}
        {preview.data && <Plan plan={preview.data} />}
        {save.isSuccess && <ProblemNote tone="info" problem={{ code: 'configuration.saved', message: 'Saved. The connector is planned anew.' }} />}
        <div className="row form-foot">
          <Button type="submit" className="button primary" isDisabled={save.isPending}>Save configuration</Button>
          <Button className="button" isDisabled={preview.isPending} onPress={() => preview.mutate({ tenant, installation: of.id, proposal: { config } })}>Preview the plan</Button>
        </div>
      </div>
    </ConfigForm>
  );
}

export const found = (error: unknown): Problem[] => (error instanceof Refusal ? [error.problem, ...error.errors] : []);

/** The host names fields from the installation's root; the form begins at the configuration. */
export const withinConfig = (problems: Problem[]): Problem[] =>
  problems.flatMap((problem) => (problem.field?.includes('/config/') ? [{ ...problem, field: problem.field.slice(problem.field.indexOf('/config/') + '/config'.length) }] : []));
