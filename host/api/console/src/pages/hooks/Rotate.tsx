import { useState } from 'react';
import { Button, DialogTrigger } from 'react-aria-components';
import { rotateHook, type Hooked } from '../../api/changes';
import { useChange } from '../../api/useChange';
import { Choice } from '../../parts/Choice';
import { Dialogue } from '../../parts/Dialogue';
import { ProblemNote, RefusalNote } from '../../parts/Problem';
import { ToPutThere } from './ToPutThere';

const OVERLAPS = [
  { value: '0', label: 'Not at all: it ends at once' },
  { value: '60', label: 'For an hour' },
  { value: '1440', label: 'For a day' },
  { value: '10080', label: 'For a week' },
];

/** Makes a hook's secret anew, and shows the new one in this dialogue only. */
export function Rotate({ path, onRotated }: { path: Hooked; onRotated: () => void }) {
  const [overlap, setOverlap] = useState('60');
  const change = useChange(rotateHook);
  return (
    <DialogTrigger onOpenChange={() => change.reset()}>
      <Button className="button">Rotate the secret…</Button>
      <Dialogue title={`Another secret for ${path.hook}`}>
        {(close) => change.data ? (
          <>
            <ProblemNote tone="warning" problem={{ code: 'hook.rotated', message: 'Put this into the system that calls now.', remedy: overlap === '0' ? 'Until then its calls are refused.' : 'When the old one ends, calls with it are refused.' }} />
            <ToPutThere detail={change.data} />
            <footer><Button className="button primary" onPress={close}>I have it</Button></footer>
          </>
        ) : (
          <>
            <Choice label="The old one is taken too" value={overlap} onChange={setOverlap} options={OVERLAPS} help="Time to put the new one into the system that calls." />
            {change.error !== null && <RefusalNote error={change.error} />}
            <footer>
              <Button className="button" onPress={close}>Cancel</Button>
              <Button className="button primary" isDisabled={change.isPending} onPress={() => change.mutate({ ...path, overlap_s: Number(overlap) * 60 }, { onSuccess: onRotated })}>Rotate</Button>
            </footer>
          </>
        )}
      </Dialogue>
    </DialogTrigger>
  );
}
