import { useQuery } from '@tanstack/react-query';
import { Bar, CartesianGrid, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { DatasetNumbers } from '../../api/model';
import { numbers } from '../../api/queries';
import { CopyAsCli } from '../../cli/CopyAsCli';
import { cli } from '../../cli/lines';
import { plural } from '../../lane/lane';
import { Answer } from '../../parts/Answer';
import { CALLS, daily, qualities, QUALITIES, REASONS, type Chart, type Quality } from './questions';
import '../../style/charts.css';

interface Of {
  tenant: string;
  installation: string;
  from: string;
}

/** Calls a day, why they failed, and how well they were heard. */
export default function CallQuality(of: Of) {
  return (
    <div className="charts">
      <Framed chart={CALLS} of={of} wide>{({ groups }) => <Daily groups={groups} />}</Framed>
      <Framed chart={REASONS} of={of}>{({ groups }) => <Reasons groups={groups} />}</Framed>
      {QUALITIES.map((chart) => <Framed key={chart.id} chart={chart} of={of}>{({ groups }) => <Qualities list={qualities(groups, chart.question.by)} />}</Framed>)}
    </div>
  );
}

function Framed({ chart, of: { tenant, installation, from }, wide = false, children }: { chart: Chart; of: Of; wide?: boolean; children: (numbers: DatasetNumbers) => React.ReactNode }) {
  const found = useQuery(numbers(tenant, installation, chart.table, { ...chart.question, from }));
  const { by, measure, where } = chart.question;
  return (
    <section className={wide ? 'sheet chart wide' : 'sheet chart'} aria-label={chart.title}>
      <header>
        <div><h2>{chart.title}</h2><p className="small quiet">{chart.about}</p></div>
        <CopyAsCli small words={cli.summary(tenant, installation, chart.table, by, measure, where?.[0])} />
      </header>
      <div className="body">
        <Answer of={found}>{(data) => data.groups.length === 0 ? <p className="quiet">No call in this time.</p> : children(data)}</Answer>
      </div>
    </section>
  );
}

const short = (day: string) => new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const percent = (share: number) => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

function Daily({ groups }: Pick<DatasetNumbers, 'groups'>) {
  const days = daily(groups);
  const total = days.reduce((sum, { good, failed }) => sum + good + failed, 0);
  const failed = days.reduce((sum, day) => sum + day.failed, 0);
  return (
    <>
      <p className="figures">
        <span><b>{total.toLocaleString('en')}</b> {total === 1 ? 'call' : 'calls'}</span>
        <span><b>{percent(total === 0 ? 0 : failed / total)}</b> failed</span>
      </p>
      <ResponsiveContainer width="100%" height={220}>
        <ComposedChart data={days} margin={{ top: 8, right: 0, bottom: 0, left: -18 }} barCategoryGap="22%" accessibilityLayer>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="day" tickFormatter={short} tickLine={false} axisLine={{ stroke: 'var(--line-strong)' }} tick={{ fill: 'var(--ink-2)', fontSize: 12 }} minTickGap={24} />
          <YAxis yAxisId="calls" allowDecimals={false} tickLine={false} axisLine={false} tick={{ fill: 'var(--ink-2)', fontSize: 12 }} />
          <YAxis yAxisId="share" orientation="right" hide domain={[0, 1]} />
          <Tooltip content={({ payload }) => {
            const day = payload?.[0]?.payload as (typeof days)[number] | undefined;
            return day && <div className="chart-tip"><b>{short(day.day)}</b><span>{plural(day.good + day.failed, 'call')}</span><span>{day.failed} failed ({percent(day.share)})</span></div>;
          }} cursor={{ fill: 'var(--sunk)' }} />
          <Bar yAxisId="calls" dataKey="good" stackId="calls" fill="var(--accent)" maxBarSize={42} isAnimationActive={false} />
          <Bar yAxisId="calls" dataKey="failed" stackId="calls" fill="var(--bad)" radius={[2, 2, 0, 0]} maxBarSize={42} isAnimationActive={false} />
          <Line yAxisId="share" dataKey="share" stroke="var(--bad)" strokeWidth={1.5} strokeDasharray="3 3" dot={false} isAnimationActive={false} />
        </ComposedChart>
      </ResponsiveContainer>
      <p className="legend small quiet"><i className="good" /> handled <i className="bad" /> failed <i className="dash" /> share that failed, of 100 %</p>
    </>
  );
}

function Reasons({ groups }: Pick<DatasetNumbers, 'groups'>) {
  const list = groups.map(({ by, measures }) => ({ stage: String(by['failure_stage'] ?? 'not said'), reason: String(by['failure_reason'] ?? 'not said'), count: Number(measures['count'] ?? 0) }))
    .sort((left, right) => right.count - left.count).slice(0, 8);
  const most = Math.max(...list.map(({ count }) => count), 1);
  return (
    <ol className="bars">
      {list.map(({ stage, reason, count }) => (
        <li key={`${stage}/${reason}`}>
          <div className="spread"><span className="wrap">{reason}</span><b>{count.toLocaleString('en')}</b></div>
          <i className="bad" style={{ width: `${(count / most) * 100}%` }} />
          <span className="small quiet">{stage}</span>
        </li>
      ))}
    </ol>
  );
}

/** A mean opinion score is between 1 and 5; people complain from about 3.5 downwards. */
const heard = (mos: number) => (mos >= 4 ? 'good' : mos >= 3.5 ? 'warn' : 'bad');

function Qualities({ list }: { list: Quality[] }) {
  return (
    <ol className="bars">
      {list.map((one) => (
        <li key={one.name}>
          <div className="spread"><span className="wrap">{one.name}</span><b>{one.mos === undefined ? 'no score' : one.mos.toFixed(2)}</b></div>
          {one.mos !== undefined && <i className={heard(one.mos)} style={{ width: `${((one.mos - 1) / 4) * 100}%` }} />}
          <span className="small quiet">{plural(one.streams, 'stream')}, {percent(one.poor)} poor, jitter {one.jitter.toFixed(0)} ms, loss {percent(one.loss)}, round trip {one.roundTrip.toFixed(0)} ms</span>
        </li>
      ))}
    </ol>
  );
}
