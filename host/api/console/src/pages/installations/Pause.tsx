import { Button } from 'react-aria-components';
import { pause, resume } from '../../api/changes';
import type { Installed } from '../../api/configuration';
import type { InstallationSummary } from '../../api/model';
import { useChange } from '../../api/useChange';
import { RefusalNote } from '../../parts/Problem';

/** Whether it stands still until somebody resumes it: paused, or suspended by the host. */
export const restsNow = (of: InstallationSummary): boolean =>
  (of.problems ?? []).some(({ code }) => /suspended|paused/.test(code));

/** Lets an installation rest, or run again: also one that the host suspended. Its events wait meanwhile. */
export function Pause({ tenant, of }: { tenant: string; of: InstallationSummary }) {
  const rests = restsNow(of);
  const change = useChange<Installed, unknown>(rests ? resume : pause);
  return (
    <>
      <Button className={rests ? 'button primary' : 'button'} isDisabled={change.isPending} onPress={() => change.mutate({ tenant, installation: of.id })}>{rests ? 'Resume' : 'Pause'}</Button>
      {change.error !== null && <RefusalNote error={change.error} />}
    </>
  );
}
