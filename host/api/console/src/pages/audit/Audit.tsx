import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { AuditEntry } from '../../api/model';
import { audit } from '../../api/queries';
import { cli } from '../../cli/lines';
import { Answer, Empty } from '../../parts/Answer';
import { Badge, type Tone } from '../../parts/Badge';
import { Page } from '../../parts/Page';
import { Clock } from '../../time/When';

/** Who did what from where. Each record holds the digest of the one before: one that was changed or left out is found. */
export function Audit() {
  const { tenant } = useParams({ strict: false });
  const found = useInfiniteQuery(audit(tenant));
  const all = found.data?.pages.flatMap(({ items }) => items);
  // Whatever was asked has an end beside it that says more; without one it is not over, or the host stopped in the midst.
  const ended = new Set(all?.map(({ asked }) => asked));
  const data = all?.filter(({ outcome, seq }) => outcome !== 'asked' || !ended.has(seq));
  return (
    <Page title={tenant ? 'Audit' : 'Audit of the host'} about="Who did what, from where. A record that was changed or left out breaks the chain." cli={cli.audit(tenant)}>
      <Answer of={{ ...found, data }}>
        {(list) => list.length === 0 ? (
          <Empty icon={ScrollText} title="Nothing was done yet"><p>Every change, and every try at one, is noted here before it is made.</p></Empty>
        ) : (
          <div className="table-frame">
            <table className="table">
              <thead><tr><th>When</th><th>Who</th><th>What</th><th>About</th><th>Outcome</th></tr></thead>
              <tbody>{list.map((entry) => <Row key={entry.seq} entry={entry} />)}</tbody>
            </table>
          </div>
        )}
      </Answer>
      {found.hasNextPage && <Button className="button" onPress={() => void found.fetchNextPage()} isDisabled={found.isFetchingNextPage}>Show older ones</Button>}
    </Page>
  );
}

const TONE: Record<AuditEntry['outcome'], Tone> = { asked: 'off', done: 'good', refused: 'warn', failed: 'bad' };

function Row({ entry }: { entry: AuditEntry }) {
  return (
    <tr>
      <td><Clock at={entry.at} /></td>
      <td>{entry.who.name || entry.who.kind}{entry.from && <div className="small quiet"><code>{entry.from}</code></div>}</td>
      <td><code>{entry.action}</code></td>
      <td className="wrap">
        <code>{entry.target}</code>
        {(entry.before !== undefined || entry.after !== undefined) && (
          <details className="difference">
            <summary className="small">What changed</summary>
            <div className="columns"><pre className="small">{JSON.stringify(entry.before ?? null, null, 2)}</pre><pre className="small">{JSON.stringify(entry.after ?? null, null, 2)}</pre></div>
          </details>
        )}
      </td>
      <td><Badge tone={TONE[entry.outcome]}>{entry.outcome}{entry.status !== undefined && ` ${entry.status}`}</Badge></td>
    </tr>
  );
}
