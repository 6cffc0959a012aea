import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Gauge as Icon } from 'lucide-react';
import type { InstallationUsage } from '../../api/model';
import { usage } from '../../api/queries';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Page } from '../../parts/Page';
import { When } from '../../time/When';
import { fullest, gauges, standings } from './shares';
import '../../style/charts.css';
import '../../style/usage.css';

/** How much installations keep, beside what they may, and how their newest events went. */
export function Usage() {
  const { tenant } = useParams({ from: '/shell/t/$tenant/usage' });
  const all = useQuery(usage(tenant));
  return (
    <Page title="Usage" about="What installations keep beside what they may, and how their newest events went." cli={cli.usage(tenant)}>
      <Answer of={all}>
        {(list) => list.length === 0 ? (
          <Empty icon={Icon} title="Nothing is used yet"><p>An installation that is enabled has its lines here, also while it keeps nothing.</p></Empty>
        ) : (
          <div className="charts">
            <EventsChart tenant={tenant} list={list} />
            {list.toSorted((left, right) => fullest(right) - fullest(left)).map((one) => <Kept key={one.installation} tenant={tenant} of={one} />)}
          </div>
        )}
      </Answer>
    </Page>
  );
}

const WORD = { done: 'done', pending: 'waiting', dead: 'dead letters' } as const;

function EventsChart({ tenant, list }: { tenant: string; list: InstallationUsage[] }) {
  const since = Math.min(...list.map(({ events }) => events.since ?? Infinity));
  return (
    <section className="sheet chart wide" aria-label="Events">
      <header><div><h2>Events</h2><p className="small quiet">{Number.isFinite(since) ? <>The tenant’s newest, the oldest of them <When at={since} />.</> : 'None was received yet.'}</p></div></header>
      <div className="body stack">
        <ol className="bars">
          {standings(list).map(({ installation, total, stretches }) => (
            <li key={installation}>
              <div className="spread"><Link to="/t/$tenant/events" params={{ tenant }} search={{ installation }}>{installation}</Link><b>{total.toLocaleString('en')}</b></div>
              <div className="stretches" role="img" aria-label={stretches.map(({ state, count }) => `${count} ${WORD[state]}`).join(', ') || 'no event'}>
                {stretches.map(({ state, count, share }) => <i key={state} className={state} style={{ width: `${share * 100}%` }} title={`${count.toLocaleString('en')} ${WORD[state]}`} />)}
              </div>
              <span className="small quiet">{stretches.map(({ state, count }) => `${count.toLocaleString('en')} ${WORD[state]}`).join(', ') || 'none'}</span>
            </li>
          ))}
        </ol>
        <p className="legend small quiet">{(['done', 'pending', 'dead'] as const).map((state) => <span key={state}><i className={state} /> {WORD[state]}</span>)}</p>
      </div>
    </section>
  );
}

function Kept({ tenant, of }: { tenant: string; of: InstallationUsage }) {
  return (
    <section className="sheet chart" aria-label={of.installation}>
      <header><h2><Link to="/t/$tenant/installations/$installation" params={{ tenant, installation: of.installation }}>{of.installation}</Link></h2></header>
      <ol className="body bars">
        {gauges(of).map(({ label, share, fill, says }) => (
          <li key={label}>
            <div className="spread"><span>{label}</span><b>{share > 0 && share < 0.01 ? '< 1' : Math.round(share * 100)} %</b></div>
            <div className="track" role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)} aria-valuetext={says}>{share > 0 && <i className={fill} style={{ width: `${share * 100}%` }} />}</div>
            <span className="small quiet">{says}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
