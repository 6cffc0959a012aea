// Stretches of coverage as parts of a line. Pure.

import type { CoverageState, Stretch } from '../../api/model';

export interface Part extends Stretch {
  /** Begin and width, of 1. */
  at: number;
  width: number;
}

/** The stretches on a line from the first begin to the last end. Short gaps are drawn at least `least` wide, so that none
 * is lost between the pixels: what is open must be seen. */
export function parts(stretches: Stretch[], least = 0.004): Part[] {
  const first = stretches[0];
  const last = stretches.at(-1);
  if (!first || !last || last.to <= first.from) return [];
  const whole = last.to - first.from;
  return stretches.map((stretch) => {
    const width = Math.max((stretch.to - stretch.from) / whole, stretch.state === 'presumed' ? 0 : least);
    const at = Math.min((stretch.from - first.from) / whole, 1 - width);
    return { ...stretch, at, width };
  });
}

/** How much of the time is in each state, of 1. */
export function shares(stretches: Stretch[]): Record<CoverageState, number> {
  const sum: Record<CoverageState, number> = { confirmed: 0, presumed: 0, open: 0 };
  for (const { state, from, to } of stretches) sum[state] += to - from;
  const whole = sum.confirmed + sum.presumed + sum.open || 1;
  return { confirmed: sum.confirmed / whole, presumed: sum.presumed / whole, open: sum.open / whole };
}
