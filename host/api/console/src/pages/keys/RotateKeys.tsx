import { Button, DialogTrigger } from 'react-aria-components';
import { rotateKeys } from '../../api/changes';
import { useChange } from '../../api/useChange';
import { CopyAsCli } from '../../cli/CopyAsCli';
import { cli } from '../../cli/lines';
import { plural } from '../../lane/lane';
import { Dialogue } from '../../parts/Dialogue';
import { ProblemNote, RefusalNote } from '../../parts/Problem';

type Which = { tenant: string } | { all: true } | { master: true };

/** Exchanges one key, those of all tenants, or the master key. Nothing stops meanwhile. */
export function RotateKeys({ which, small = false, isDisabled = false }: { which: Which; small?: boolean; isDisabled?: boolean }) {
  const change = useChange(rotateKeys);
  const master = 'master' in which;
  const what = master ? 'the master key' : 'tenant' in which ? `the key of ${which.tenant}` : 'the keys of all tenants';
  const ask = () => change.mutate(master ? { master: true } : 'tenant' in which ? { tenant: which.tenant } : {});
  return (
    <DialogTrigger onOpenChange={() => change.reset()}>
      <Button className={`button${small ? ' small' : ''}`} isDisabled={isDisabled}>{'tenant' in which ? 'Exchange…' : master ? 'Exchange the master key…' : 'Exchange all…'}</Button>
      <Dialogue title={`Exchange ${what}`}>
        {(close) => (
          <>
            {change.data ? (
              <ProblemNote tone="info" problem={{ code: 'keys.begun', message: change.data.rewrapped !== undefined ? `The master key is another; it wraps ${plural(change.data.rewrapped, 'key')} of tenants.` : begun(change.data.begun?.length ?? 0) }} />
            ) : (
              <p className="quiet">{master
                ? 'The keys of tenants stay, and are wrapped anew. Backups that were made before open with the old master key only: keep it as long as you keep them.'
                : 'What is written from now on is sealed under the new key. What the old one sealed is sealed anew beside everything else; then the old one is dropped.'}</p>
            )}
            {change.error !== null && <RefusalNote error={change.error} />}
            <footer>
              <CopyAsCli words={cli.rotateKeys(which)} />
              <Button className="button" onPress={close}>{change.data ? 'Close' : 'Cancel'}</Button>
              {!change.data && <Button className="button primary" isDisabled={change.isPending} onPress={ask}>Exchange</Button>}
            </footer>
          </>
        )}
      </Dialogue>
    </DialogTrigger>
  );
}

const begun = (count: number) => (count === 0 ? 'No key was to be exchanged: the old ones are still there, or nothing was sealed yet.' : `${plural(count, 'key')} ${count === 1 ? 'is' : 'are'} being exchanged.`);
