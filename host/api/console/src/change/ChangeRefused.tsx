import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Overtaken, type Seen } from '../api/seen';
import { ProblemNote, RefusalNote } from '../parts/Problem';
import { differences } from './differences';

/** Why a change was not made. When somebody else was there first, both can be looked at, and one of them is kept. */
export function ChangeRefused<T>({ error, mine, of, keep, take }: {
  error: unknown;
  /** What was to be put, without secrets. */
  mine: unknown;
  /** The same part of what is there now. */
  of: (theirs: T) => unknown;
  keep: (theirs: Seen<T> | undefined) => void;
  take: (theirs: Seen<T>) => void;
}) {
  const [shown, show] = useState(false);
  if (error === null || error === undefined) return null;
  if (!(error instanceof Overtaken)) return <RefusalNote error={error} />;
  const theirs = error.theirs as Seen<T> | undefined;
  if (!theirs) {
    return (
      <ProblemNote tone="warning" problem={{ code: error.problem.code, message: 'Somebody else removed this meanwhile.', remedy: 'Save it again and it is made anew; or leave it removed.' }}>
        <Button className="button small" onPress={() => keep(undefined)}>Make it anew</Button>
      </ProblemNote>
    );
  }
  return (
    <ProblemNote tone="warning" problem={{
      code: error.problem.code, message: 'Somebody else changed this meanwhile.', remedy: 'Nothing of yours was saved. Look at theirs; then keep yours, which takes the place of theirs, or take theirs.',
    }}>
      <div className="stack">
        <div className="row">
          <Button className="button small" aria-expanded={shown} onPress={() => show(!shown)}>{shown ? 'Hide theirs' : 'Look at theirs'}</Button>
          <Button className="button small" onPress={() => keep(theirs)}>Keep mine</Button>
          <Button className="button small" onPress={() => take(theirs)}>Take theirs</Button>
        </div>
        {shown && <Both mine={mine} theirs={of(theirs.document)} />}
      </div>
    </ProblemNote>
  );
}

function Both({ mine, theirs }: { mine: unknown; theirs: unknown }) {
  const list = differences(mine, theirs);
  if (list.length === 0) return <p className="small">They changed something that is not on this page; here both are the same.</p>;
  return (
    <div className="table-frame">
      <table className="table">
        <thead><tr><th>Field</th><th>Theirs</th><th>Mine</th></tr></thead>
        <tbody>{list.map(({ field, mine: own, theirs: other }) => <tr key={field}><td>{field}</td><td className="wrap">{other}</td><td className="wrap">{own}</td></tr>)}</tbody>
      </table>
    </div>
  );
}
