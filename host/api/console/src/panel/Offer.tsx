import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { OfferedAction } from '../api/model';
import { ProblemNote } from '../parts/Problem';

/** A button for an offered action; a refused one says why, where one would press it. */
export function Offer({ offered, busy, primary = false, onPress, label }: {
  offered: OfferedAction | undefined;
  busy?: boolean;
  primary?: boolean;
  onPress: () => void;
  label?: ReactNode;
}) {
  if (!offered) return null;
  const { state } = offered;
  if (state.kind === 'refused') return <Refused label={offered.label} problem={state.problem} />;
  const pending = state.kind === 'pending' || busy === true;
  return (
    <Button className={primary ? 'button primary' : 'button'} isDisabled={pending} onPress={onPress}>
      {pending && <span className="spinner" aria-hidden />}{pending && state.kind === 'pending' ? `${offered.label}…` : (label ?? offered.label)}
    </Button>
  );
}

export function Refused({ label, problem }: { label: string; problem: Parameters<typeof ProblemNote>[0]['problem'] }) {
  return (
    <details className="refused">
      <summary><span className="quiet">{label}</span><span className="tag">not now</span></summary>
      <ProblemNote problem={problem} tone="info" />
    </details>
  );
}
