import { Button } from 'react-aria-components';
import { testConnection } from '../../api/changes';
import type { TestStage } from '../../api/model';
import { useChange } from '../../api/useChange';
import { VerdictBadge } from '../../parts/Badge';
import { ProblemNote, RefusalNote } from '../../parts/Problem';

const STAGES: Record<string, string> = {
  dns: 'Name',
  tls: 'Certificate',
  token: 'Credential',
  permissions: 'Permissions',
  call: 'A call',
  connection: 'Connection',
  'sign-in': 'Sign-in',
  message: 'Message',
};

/** Test connection, stage by stage: the first that fails says what to do, and those behind it were not tried. */
export function Test({ tenant, connection }: { tenant: string; connection: string }) {
  const change = useChange(testConnection);
  return (
    <div className="stack">
      <div className="row">
        <Button className="button primary" isDisabled={change.isPending} onPress={() => change.mutate({ tenant, connection })}>
          {change.isPending ? 'Testing…' : 'Test connection'}
        </Button>
        <span className="quiet small">Nothing is written anywhere.</span>
      </div>
      {change.error !== null && <RefusalNote error={change.error} />}
      {change.data && <Stages stages={change.data.stages} />}
    </div>
  );
}

/** Stages of a test, the first one first. */
export function Stages({ stages }: { stages: (Pick<TestStage, 'name' | 'verdict' | 'problem'> & Partial<TestStage>)[] }) {
  return (
    <ol className="stages" aria-live="polite">
      {stages.map((stage) => (
        <li key={stage.name} className={`stage ${stage.verdict}`}>
          <VerdictBadge verdict={stage.verdict} />
          <div className="stack tight">
            <span><span className="strong">{STAGES[stage.name] ?? stage.name}</span> {stage.found && <span className="quiet wrap">{stage.found}</span>}</span>
            {stage.problem && <ProblemNote problem={stage.problem} tone={stage.verdict === 'warning' ? 'warning' : 'bad'} />}
          </div>
          {stage.duration_ms !== undefined && stage.verdict !== 'skipped' && <span className="faint small nowrap">{stage.duration_ms} ms</span>}
        </li>
      ))}
    </ol>
  );
}
