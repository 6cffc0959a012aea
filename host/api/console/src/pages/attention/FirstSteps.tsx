import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import type { Step } from './steps';

/** The way from an empty host to a connector that runs: what is done is ticked, what comes next stands out. */
export function FirstSteps({ steps }: { steps: Step[] }) {
  const next = steps.findIndex(({ done, to }) => !done && to !== undefined);
  return (
    <section className="sheet first-steps" aria-label="First steps">
      <header><div><h2>First steps</h2><p className="small quiet">From an empty host to a connector that runs.</p></div></header>
      <ol>
        {steps.map(({ title, says, done, to }, place) => (
          <li key={title} className={done ? 'done' : to ? 'open' : 'later'} {...(place === next ? { 'aria-current': 'step' } : {})}>
            <span className="tick" aria-hidden>{done ? <Check /> : place + 1}</span>
            <div>
              <p className="strong">{title}{done && <span className="visually-hidden">, done</span>}</p>
              <p className="quiet">{says}</p>
            </div>
            {!done && to && <Link to={to.to} params={to.params} search={to.search} className={place === next ? 'button primary' : 'button'}>{title}</Link>}
          </li>
        ))}
      </ol>
    </section>
  );
}
