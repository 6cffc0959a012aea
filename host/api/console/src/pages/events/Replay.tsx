import { useState } from 'react';
import { Button, DialogTrigger } from 'react-aria-components';
import { replayOne } from '../../api/changes';
import type { EventDetail } from '../../api/model';
import { useChange } from '../../api/useChange';
import { CopyAsCli } from '../../cli/CopyAsCli';
import { cli } from '../../cli/lines';
import { Dialogue } from '../../parts/Dialogue';
import { RefusalNote } from '../../parts/Problem';

/** Delivers a settled event again. One that waits is not in the queue twice. */
export function Replay({ tenant, event }: { tenant: string; event: EventDetail }) {
  const [asNew, setAsNew] = useState(false);
  const change = useChange(replayOne);
  if (event.state === 'pending') return null;
  return (
    <DialogTrigger>
      <Button className="button">Deliver again…</Button>
      <Dialogue title="Deliver this event again">
        {(close) => (
          <>
            <p className="quiet">It goes last among the events of its ordering key, and says that it is a replay.</p>
            <label className="choice">
              <input type="radio" name="how" checked={!asNew} onChange={() => setAsNew(false)} />
              <span>The same event goes on<span className="help">What it did upstream is remembered, and not done again.</span></span>
            </label>
            <label className="choice">
              <input type="radio" name="how" checked={asNew} onChange={() => setAsNew(true)} />
              <span>As a new event<span className="help">It knows nothing of what the old one did: a Task that was made is made again.</span></span>
            </label>
            {change.error !== null && <RefusalNote error={change.error} />}
            <footer>
              <CopyAsCli words={cli.replay(tenant, event.id, asNew)} />
              <Button className="button" onPress={close}>Cancel</Button>
              <Button className="button primary" isDisabled={change.isPending} onPress={() => change.mutate({ tenant, event: event.id, as_new: asNew }, { onSuccess: close })}>Deliver again</Button>
            </footer>
          </>
        )}
      </Dialogue>
    </DialogTrigger>
  );
}
