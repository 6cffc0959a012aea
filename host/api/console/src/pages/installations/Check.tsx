import { Button } from 'react-aria-components';
import { check } from '../../api/changes';
import { useChange } from '../../api/useChange';
import { RefusalNote } from '../../parts/Problem';
import { Stages } from '../connections/Test';

/** The connector's own test, stage by stage. */
export function Check({ tenant, installation }: { tenant: string; installation: string }) {
  const change = useChange(check);
  return (
    <div className="stack">
      <div className="row">
        <Button className="button primary" isDisabled={change.isPending} onPress={() => change.mutate({ tenant, installation })}>{change.isPending ? 'Checking…' : 'Check'}</Button>
        <span className="quiet small">The connector looks at its own side. It writes nothing.</span>
      </div>
      {change.error !== null && <RefusalNote error={change.error} />}
      {change.data && (change.data.stages.length === 0 ? <p className="quiet">The connector has no test of its own.</p> : <Stages stages={change.data.stages} />)}
    </div>
  );
}
