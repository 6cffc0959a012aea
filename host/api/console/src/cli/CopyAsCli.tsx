import { Check, Terminal } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { line } from './lines';
import { Tip } from '../parts/Tip';

/** Copies the line that does on a command line what this page does. */
export function CopyAsCli({ words, small = false }: { words: string[]; small?: boolean }) {
  const [copied, setCopied] = useState(false);
  const text = line(words);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_600);
  };
  return (
    <Tip text={text}>
      <Button className={`button plain${small ? ' small' : ''}`} onPress={() => void copy()} aria-label={`Copy as CLI: ${text}`}>
        {copied ? <Check aria-hidden /> : <Terminal aria-hidden />}
        <span aria-live="polite">{copied ? 'Copied' : 'Copy as CLI'}</span>
      </Button>
    </Tip>
  );
}
