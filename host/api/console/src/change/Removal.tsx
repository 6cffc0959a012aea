import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Button, DialogTrigger } from 'react-aria-components';
import type { Change } from '../api/model';
import { CopyAsCli } from '../cli/CopyAsCli';
import { Dialogue } from '../parts/Dialogue';
import { ProblemNote, RefusalNote } from '../parts/Problem';
import { TextInput } from '../parts/TextInput';

interface Removed {
  changes?: Change[];
}

/** Removes something that does not come back: says what goes with it, and wants its name typed. */
export function Removal({ what, name, verb = 'Remove', says, cli, remove, onRemoved }: {
  /** What kind of thing `name` is. */
  what: string;
  name: string;
  verb?: string;
  /** What goes with it, and what stays. It is asked for when the dialogue is opened. */
  says: ReactNode;
  cli?: string[];
  /** Absent until it is known how the thing stands. */
  remove: (() => Promise<Removed>) | undefined;
  onRemoved: () => void;
}) {
  const answers = useQueryClient();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  // First away from the page of what is gone, then everything is asked for anew.
  const over = () => {
    setOpen(false);
    onRemoved();
    void answers.invalidateQueries();
  };
  const removal = useMutation<Removed, unknown>({
    mutationFn: () => (remove ? remove() : Promise.reject(new Error('nothing is known of it yet'))),
    onSuccess: (done) => {
      if (unended(done).length === 0) over();
    },
    onError: () => answers.invalidateQueries(),
  });
  const left = removal.isSuccess ? unended(removal.data) : [];
  const turn = (next: boolean) => {
    if (!next && removal.isSuccess) return over();
    if (next) removal.reset();
    setTyped('');
    setOpen(next);
  };
  return (
    <DialogTrigger isOpen={open} onOpenChange={turn}>
      <Button className="button danger"><Trash2 aria-hidden />{verb}…</Button>
      <Dialogue title={`${verb} the ${what} ${name}`}>
        {(close) => left.length > 0 ? <LeftBehind what={what} left={left} close={close} /> : (
          <form className="stack" onSubmit={(event) => {
            event.preventDefault();
            if (typed === name && remove) removal.mutate();
          }}>
            {says}
            <TextInput label={`Type ${name} to confirm`} mono value={typed} onChange={setTyped} autoFocus autoComplete="off" />
            {removal.error !== null && <RefusalNote error={removal.error} />}
            <footer>
              {cli && <CopyAsCli words={cli} />}
              <Button className="button" onPress={close}>Cancel</Button>
              <Button type="submit" className="button danger" isDisabled={typed !== name || !remove || removal.isPending}>{removal.isPending ? 'Under way…' : `${verb} ${what}`}</Button>
            </footer>
          </form>
        )}
      </Dialogue>
    </DialogTrigger>
  );
}

function LeftBehind({ what, left, close }: { what: string; left: string[]; close: () => void }) {
  return (
    <>
      <ProblemNote tone="warning" problem={{ code: 'removal.left-behind', message: `The ${what} is gone, and left something behind.`, remedy: 'End it by hand where it is.' }} />
      <ul className="stack tight">{left.map((line) => <li key={line} className="wrap">{line}</li>)}</ul>
      <footer><Button className="button primary" onPress={close}>I have read it</Button></footer>
    </>
  );
}

/** What the host could not end before it removed, as its report says it. */
function unended({ changes = [] }: Removed): string[] {
  return changes.filter(({ done }) => done === 'removed').flatMap(({ name, details = [] }) => details.map((detail) => `${name}: ${detail}`));
}

/** A list of what goes. */
export function Goes({ list, stays }: { list: ReactNode[]; stays?: ReactNode }) {
  return (
    <div className="stack tight">
      <p>This cannot be taken back. With it goes:</p>
      <ul className="goes">{list.map((line, place) => <li key={place}>{line}</li>)}</ul>
      {stays && <p className="small quiet">{stays}</p>}
    </div>
  );
}
