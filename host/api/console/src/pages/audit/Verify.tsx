import { useMutation } from '@tanstack/react-query';
import { Button } from 'react-aria-components';
import { verifyAudit } from '../../api/changes';
import { CopyAsCli } from '../../cli/CopyAsCli';
import { cli } from '../../cli/lines';
import { plural } from '../../lane/lane';
import { ProblemNote, RefusalNote } from '../../parts/Problem';

/** Looks at the whole chain: whether each record is as it was written, and follows the one before. */
export function Verify({ tenant }: { tenant: string | undefined }) {
  const asked = useMutation({ mutationFn: () => verifyAudit(tenant) });
  const verdict = asked.data;
  return (
    <div className="stack">
      <div className="row">
        <Button className="button" isDisabled={asked.isPending} onPress={() => asked.mutate()}>{asked.isPending ? 'Verifying…' : 'Verify the chain'}</Button>
        <CopyAsCli small words={cli.verifyAudit(tenant)} />
      </div>
      {asked.error !== null && <RefusalNote error={asked.error} />}
      {verdict && (verdict.broken ? (
        <ProblemNote problem={{
          code: `audit.${verdict.broken.code}`, message: `The chain is broken at record ${verdict.broken.seq}: ${verdict.broken.message}`,
          remedy: `Up to record ${verdict.head.seq} it is whole. Compare it with a backup; who can write the host’s files could have changed it.`,
        }} />
      ) : (
        <ProblemNote tone="info" problem={{
          code: 'audit.whole', message: `The chain is whole: ${plural(verdict.head.seq, 'record')}, each as it was written.`, remedy: `Its end is ${verdict.head.digest}. Kept elsewhere, it shows later that nothing was cut off.`,
        }} />
      ))}
    </div>
  );
}
