// Where the keyboard is after something moved: on the thing that was moved, so that it can be moved on.

import { useEffect, useRef, type RefObject } from 'react';

/** Remembers which button was pressed, and goes back to it once the list stands in its new order. Buttons are named by
 * `data-move`; of those that are wanted, the first that can be pressed has the focus. */
export function useKeptFocus<E extends HTMLElement>(order: unknown): { within: RefObject<E | null>; keep: (wanted: string[]) => void } {
  const within = useRef<E>(null);
  const wanted = useRef<string[]>([]);
  useEffect(() => {
    if (wanted.current.length === 0) return;
    // A list of the component library stands in its new order a moment later.
    const frame = requestAnimationFrame(() => {
      const named = wanted.current.map((name) => within.current?.querySelector<HTMLElement>(`[data-move="${CSS.escape(name)}"]:not([disabled])`));
      wanted.current = [];
      named.find(Boolean)?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [order]);
  return { within, keep: (next) => void (wanted.current = next) };
}
