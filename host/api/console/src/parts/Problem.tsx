import { Button } from 'react-aria-components';
import type { ReactNode } from 'react';
import type { Problem } from '../api/model';
import { Refusal } from '../api/http';

/** What is wrong and what helps. */
export function ProblemNote({ problem, tone = 'bad', children }: { problem: Problem; tone?: 'bad' | 'warning' | 'info'; children?: ReactNode }) {
  return (
    <div className={`problem ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <p className="message"><Words of={problem.message} /></p>
      {problem.remedy && <p className="remedy"><Words of={problem.remedy} /></p>}
      <p className="code small">
        <code>{problem.code}</code>
        {problem.field && <> at <code>{problem.field}</code></>}
      </p>
      {children && <div className="row">{children}</div>}
    </div>
  );
}

/** A sentence, in which what stands between backticks is code. */
export function Words({ of }: { of: string }) {
  return <>{sentence(of).split('`').map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part))}</>;
}

/** The answer to a request that was refused, with a way to ask again. */
export function RefusalNote({ error, again }: { error: unknown; again?: () => void }) {
  const refusal = error instanceof Refusal ? error : undefined;
  const problem = refusal?.problem ?? {
    code: 'console.fault',
    message: 'This page met something that it did not expect.',
    remedy: 'Load it again. If it stays, tell the operator of this host what you did.',
  };
  return (
    <div className="stack">
      <ProblemNote problem={problem}>
        {again && <Button className="button small" onPress={again}>Try again</Button>}
      </ProblemNote>
      {refusal?.errors.map((each, place) => <ProblemNote key={place} problem={each} />)}
    </div>
  );
}

/** The name of a machine or a file at the begin of a sentence: it stays as it is. */
const NAMED = /^[\w-]+\.\w/;

/** The connectors' own words begin small and without a full stop; on a page they stand alone. */
export function sentence(text: string): string {
  const begun = NAMED.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…:)`]$/.test(begun) ? begun : `${begun}.`;
}
