// When a timer recurs, in words. Pure.

import type { ScheduleSummary } from '../../api/model';
import { span } from '../../time/countdown';

export function timing({ timing: when }: Pick<ScheduleSummary, 'timing'>): string {
  if (!when) return 'once';
  return when.kind === 'every' ? `every ${span(when.millis)}` : `${when.expression} ${when.zone}`;
}
