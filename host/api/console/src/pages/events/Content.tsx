import type { Payload } from '../../api/model';
import { Clock } from '../../time/When';

/** What an event is, as it was delivered. Content that came encrypted is for its connector alone, and not here. */
export function Content({ payload }: { payload: Payload }) {
  return (
    <div className="stack">
      <dl className="facts">{facts(payload).map(([name, value]) => <div key={name} style={{ display: 'contents' }}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      {body(payload) !== undefined && <pre className="sheet code">{pretty(body(payload))}</pre>}
    </div>
  );
}

function facts(payload: Payload): [string, React.ReactNode][] {
  switch (payload.kind) {
    case 'notification':
      return [['Kind', 'Graph change notification'], ['Change', payload.change_type], ['Resource', <code key="r">{payload.resource}</code>]];
    case 'gap':
      return [
        ['Kind', 'Gap: notifications may have been lost'], ['Resource', <code key="r">{payload.resource}</code>],
        ['From', <Clock key="f" at={payload.from} />], ['To', <Clock key="t" at={payload.to} />], ['Reason', payload.reason],
      ];
    case 'timer':
      return [['Kind', 'Timer'], ['Name', <code key="n">{payload.key}</code>], ['Due', <Clock key="d" at={payload.due} />]];
    case 'webhook':
      return [['Kind', 'Webhook'], ['Hook', <code key="h">{payload.hook}</code>], ['Call', `${payload.method} ${payload.query && `?${payload.query}`}`]];
    case 'custom':
      return [['Kind', 'Emitted by the connector'], ['Type', <code key="t">{payload.type}</code>]];
  }
}

function body(payload: Payload): unknown {
  switch (payload.kind) {
    case 'notification':
      return payload.resource_data;
    case 'gap':
      return undefined;
    case 'timer':
    case 'custom':
    case 'webhook':
      return payload.body;
  }
}

function pretty(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2);
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}
