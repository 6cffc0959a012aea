import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { AuditRecord } from '../../api/model';
import { audit } from '../../api/queries';
import { differences } from '../../change/differences';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Badge, type Tone } from '../../parts/Badge';
import { Page } from '../../parts/Page';
import { Clock } from '../../time/When';
import { Filters } from './Filters';
import { Verify } from './Verify';

/** Who did what from where. Each record holds the digest of the one before: one that was changed or left out is found. */
export function Audit() {
  const { tenant } = useParams({ strict: false });
  const { who, action, target } = useSearch({ strict: false });
  const selection = { who, action, target };
  const found = useInfiniteQuery(audit(tenant, selection));
  const all: AuditRecord[] | undefined = found.data?.pages.flatMap(({ items }) => items);
  // Whatever was asked has an end beside it that says more; without one it is not over, or the host stopped in the midst.
  const ended = new Set(all?.map(({ asked }) => asked));
  const data = all?.filter(({ outcome, seq }) => outcome !== 'asked' || !ended.has(seq));
  const chosen = who ?? action ?? target;
  return (
    <Page title={tenant ? 'Audit' : 'Audit of the host'} about="Who did what, from where. A record that was changed or left out breaks the chain." cli={cli.audit(tenant, selection)}>
      <Filters key={JSON.stringify(selection)} tenant={tenant} selection={selection} />
      <Verify key={tenant ?? ''} tenant={tenant} />
      <Answer of={{ ...found, data }}>
        {(list) => list.length === 0 ? (
          <Empty icon={ScrollText} title={chosen === undefined ? 'Nothing was done yet' : 'Nothing was done that is like that'}>
            <p>{chosen === undefined ? 'Every change, and every try at one, is noted here before it is made.' : 'Somebody is named by their name or id, an action as the list names it, and what it was done to by how its path begins: /tenants/acme.'}</p>
          </Empty>
        ) : (
          <div className="table-frame">
            <table className="table">
              <thead><tr><th>When</th><th>Who</th><th>What</th><th>About</th><th>Outcome</th></tr></thead>
              <tbody>{list.map((record) => <Row key={record.seq} record={record} />)}</tbody>
            </table>
          </div>
        )}
      </Answer>
      {found.hasNextPage && <Button className="button older" onPress={() => void found.fetchNextPage()} isDisabled={found.isFetchingNextPage}>Show older ones</Button>}
    </Page>
  );
}

const TONE: Record<AuditRecord['outcome'], Tone> = { asked: 'off', done: 'good', refused: 'warn', failed: 'bad' };

function Row({ record }: { record: AuditRecord }) {
  return (
    <tr>
      <td><Clock at={record.at} /></td>
      <td>{record.who.name || record.who.kind}{record.from && <div className="small quiet"><code>{record.from}</code></div>}</td>
      <td><code>{record.action}</code></td>
      <td className="wrap">
        <code>{record.target}</code>
        {(record.before !== undefined || record.after !== undefined) && <Changed before={record.before} after={record.after} />}
      </td>
      <td><Badge tone={TONE[record.outcome]}>{record.outcome}{record.status !== undefined && ` ${record.status}`}</Badge></td>
    </tr>
  );
}

function Changed({ before, after }: { before: unknown; after: unknown }) {
  return (
    <details className="difference">
      <summary className="small">What changed</summary>
      <table className="table">
        <thead><tr><th>Field</th><th>Before</th><th>After</th></tr></thead>
        <tbody>{differences(after, before).map(({ field, mine, theirs }) => <tr key={field}><td>{field}</td><td className="wrap">{theirs}</td><td className="wrap">{mine}</td></tr>)}</tbody>
      </table>
    </details>
  );
}
