import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { HookDetail } from '../../api/model';
import { ProblemNote } from '../../parts/Problem';

/** Address and secret, each to be copied whole. */
export function ToPutThere({ detail }: { detail: HookDetail }) {
  return (
    <div className="stack">
      {detail.problem && <ProblemNote problem={detail.problem} tone="warning" />}
      <Copied label="Address" text={detail.address} />
      {detail.secret !== undefined && <Copied label="Secret" text={detail.secret} />}
      {detail.secret === undefined && <p className="small quiet">The address is the secret: show it to nobody but the system that calls.</p>}
    </div>
  );
}

function Copied({ label, text }: { label: string; text: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <div className="field">
      <span className="label">{label}</span>
      <div className="copied">
        <code className="wrap">{text}</code>
        <Button className="button small" aria-label={`Copy the ${label.toLowerCase()}`} onPress={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>
          {copied ? <Check aria-hidden /> : <Copy aria-hidden />}<span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
        </Button>
      </div>
    </div>
  );
}
