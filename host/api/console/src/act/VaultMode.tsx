import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Refusal } from '../api/http';
import { ProblemNote, RefusalNote } from '../parts/Problem';
import { MODES, movesNotes, WARNING } from './mode';

/** Chooses the Microsoft integration of a vault. What would move notes must be read and confirmed. */
export function VaultMode({ now, pending, error, done, onChoose }: {
  /** As the vault has it, where that is known. */
  now?: string | undefined;
  pending: boolean;
  error: unknown;
  done: boolean;
  onChoose: (mode: string, confirmed: boolean) => void;
}) {
  const before = MODES.find(({ value, label }) => value === now || label === now)?.value;
  const [chosen, setChosen] = useState(before);
  const [confirmed, setConfirmed] = useState(false);
  const asked = error instanceof Refusal && error.problem.code === WARNING.code;
  const warn = chosen !== undefined && chosen !== before && (movesNotes(before, chosen) || asked);
  return (
    <div className="stack">
      <div role="radiogroup" aria-label="Type of Microsoft integration" className="stack tight">
        {MODES.map(({ value, label, help }) => (
          <label key={value} className="choice">
            <input type="radio" name="vault-mode" checked={value === chosen} onChange={() => {
              setChosen(value);
              setConfirmed(false);
            }} />
            <span>{label}{value === before && <span className="tag"> as it is now</span>}<span className="help">{help}</span></span>
          </label>
        ))}
      </div>
      <p className="small quiet">The setting applies to all cases of the vault.</p>
      {warn && (
        <ProblemNote tone="warning" problem={WARNING}>
          <label className="choice"><input type="checkbox" checked={confirmed} onChange={(event) => setConfirmed(event.target.checked)} /><span>I have read this. Change it all the same.</span></label>
        </ProblemNote>
      )}
      {error !== null && error !== undefined && !asked && <RefusalNote error={error} />}
      {done && <ProblemNote tone="info" problem={{ code: 'vault.integration-set', message: 'The integration is set.' }} />}
      <div className="row">
        <Button className="button primary" isDisabled={pending || chosen === undefined || chosen === before || (warn && !confirmed)}
          onPress={() => chosen !== undefined && onChoose(chosen, warn && confirmed)}>{pending ? 'Saving…' : 'Save'}</Button>
      </div>
    </div>
  );
}
