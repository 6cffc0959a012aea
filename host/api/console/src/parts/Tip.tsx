import type { ReactElement } from 'react';
import { Tooltip, TooltipTrigger } from 'react-aria-components';

/** A word about a button, when it is pointed at or focused. */
export function Tip({ text, children }: { text: string; children: ReactElement }) {
  return (
    <TooltipTrigger delay={500}>
      {children}
      <Tooltip className="tip mono" offset={6}>{text}</Tooltip>
    </TooltipTrigger>
  );
}
