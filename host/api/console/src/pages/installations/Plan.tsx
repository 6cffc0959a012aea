import type { PlanPreview } from '../../api/model';
import { ProblemNote } from '../../parts/Problem';
import { timing } from '../schedules/timing';

/** What would exist if this were saved: the host makes, changes and removes until it is so. */
export function Plan({ plan }: { plan: PlanPreview }) {
  const { subscriptions, timers, hooks, tables, problems } = plan;
  const nothing = subscriptions.length + timers.length + hooks.length + tables.length === 0;
  return (
    <div className="sheet" role="status">
      <header><h3>What the connector would want to exist</h3></header>
      <div className="body stack">
        {problems.map((problem) => <ProblemNote key={`${problem.code}${problem.field ?? ''}`} problem={problem} />)}
        {nothing && problems.length === 0 && <p className="quiet">Nothing: it works only when it is asked to.</p>}
        <dl className="facts">
          {subscriptions.map((one) => (
            <div key={one.resource} style={{ display: 'contents' }}>
              <dt>Subscription</dt><dd><code>{one.resource}</code> <span className="quiet">{one.change_types.join(', ')}{one.with_content && ', with content'}</span></dd>
            </div>
          ))}
          {timers.map((one) => <div key={one.key} style={{ display: 'contents' }}><dt>Timer</dt><dd><code>{one.key}</code> <span className="quiet">{timing(one)}</span></dd></div>)}
          {hooks.map((one) => <div key={one.key} style={{ display: 'contents' }}><dt>Hook</dt><dd><code>{one.key}</code></dd></div>)}
          {tables.map((one) => <div key={one.name} style={{ display: 'contents' }}><dt>Dataset</dt><dd><code>{one.name}</code></dd></div>)}
        </dl>
      </div>
    </div>
  );
}
