import type { ReactNode } from 'react';
import type { LucideIcon } from 'lucide-react';
import { RefusalNote } from './Problem';

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

/** What an answer looks like: while it is awaited, refused, or there. What was there before stays beside a refusal. */
export function Answer<T>({ of, children }: { of: Asked<T>; children: (data: T) => ReactNode }) {
  const refused = of.error !== null && <RefusalNote error={of.error} again={() => void of.refetch()} />;
  if (of.data !== undefined) return <>{refused}{children(of.data)}</>;
  return refused || <div className="skeleton" role="status" aria-label="Loading"><span /><span /><span /></div>;
}

/** Nothing is here, why that is, and what to do about it. */
export function Empty({ icon: Icon, title, children }: { icon?: LucideIcon; title: string; children?: ReactNode }) {
  return (
    <div className="sheet empty">
      {Icon && <Icon aria-hidden />}
      <h2>{title}</h2>
      {children}
    </div>
  );
}
