import { useQueries, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ChartColumn } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { DatasetSummary } from '../../api/model';
import { datasets, installations } from '../../api/queries';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Page, Section } from '../../parts/Page';
import { bytes } from '../../time/countdown';

/** Charts are drawn by a library of some weight, and only here. */
const CallQuality = lazy(() => import('./CallQuality'));

/** The tables that connectors keep, and charts of calls. */
export function Datasets() {
  const { tenant } = useParams({ from: '/shell/t/$tenant/datasets' });
  const chosen = useSearch({ from: '/shell/t/$tenant/datasets' }).installation;
  const all = useQuery(installations(tenant));
  const kept = useQueries({ queries: (all.data ?? []).map(({ id }) => datasets(tenant, id)) });
  const withTables = (all.data ?? []).filter((_, place) => (kept[place]?.data?.length ?? 0) > 0);
  const shown = chosen ?? withTables[0]?.id;
  const tables = kept[(all.data ?? []).findIndex(({ id }) => id === shown)];
  const waiting = all.data !== undefined && shown === undefined && kept.some(({ isPending }) => isPending);
  return (
    <Page title="Datasets" about="Rows that connectors append, for analysis here and elsewhere." {...(shown ? { cli: cli.datasets(tenant, shown) } : {})}>
      <Answer of={all}>
        {() => shown === undefined && !waiting ? (
          <Empty icon={ChartColumn} title="No connector keeps a table"><p>The connector for call records does: calls, their failures, and the quality of each stream.</p></Empty>
        ) : (
          <>
            {withTables.length > 1 && <Choose tenant={tenant} ids={withTables.map(({ id }) => id)} shown={shown} />}
            {tables && shown && <Answer of={tables}>{(list) => <Tables tenant={tenant} installation={shown} list={list} />}</Answer>}
          </>
        )}
      </Answer>
    </Page>
  );
}

function Choose({ tenant, ids, shown }: { tenant: string; ids: string[]; shown: string | undefined }) {
  return (
    <nav className="segments" aria-label="Installation">
      {ids.map((id) => <Link key={id} to="/t/$tenant/datasets" params={{ tenant }} search={{ installation: id }} {...(id === shown ? { 'aria-current': 'true' } : {})}>{id}</Link>)}
    </nav>
  );
}

const SPANS = [7, 30, 90];
const dayBefore = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

function Tables({ tenant, installation, list }: { tenant: string; installation: string; list: DatasetSummary[] }) {
  const { days = 30 } = useSearch({ from: '/shell/t/$tenant/datasets' });
  const navigate = useNavigate();
  const calls = list.some(({ table }) => table === 'calls') && list.some(({ table }) => table === 'streams');
  return (
    <>
      {calls && (
        <>
          <div className="segments" role="group" aria-label="Time">
            {SPANS.map((one) => (
              <button key={one} type="button" {...(one === days ? { 'data-selected': '', 'aria-pressed': true } : { 'aria-pressed': false })}
                onClick={() => void navigate({ to: '/t/$tenant/datasets', params: { tenant }, search: { installation, days: one } })}>{one} days</button>
            ))}
          </div>
          <Suspense fallback={<div className="skeleton"><span /><span /><span /></div>}>
            <CallQuality tenant={tenant} installation={installation} from={dayBefore(days)} />
          </Suspense>
        </>
      )}
      <Section title="Tables">
        <div className="table-frame">
          <table className="table">
            <thead><tr><th>Table</th><th>Days</th><th className="number">Rows</th><th className="number">Files</th><th className="number">Size</th><th>Export</th></tr></thead>
            <tbody>
              {list.map((one) => (
                <tr key={one.table}>
                  <td><code>{one.table}</code></td>
                  <td>{one.first_day ? `${one.first_day} to ${one.last_day}` : <span className="faint">rows wait for their file</span>}</td>
                  <td className="number">{one.rows.toLocaleString('en')}</td>
                  <td className="number">{one.files}</td>
                  <td className="number">{bytes(one.bytes + one.waiting_bytes)}</td>
                  <td><span className="row">{['csv', 'parquet'].map((format) => <a key={format} download href={`/api/v1/tenants/${tenant}/installations/${installation}/datasets/${one.table}/export?format=${format}`}>{format}</a>)}</span></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Section>
    </>
  );
}
