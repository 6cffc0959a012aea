// What the host in miniature answers to whoever asks, unless a case says otherwise: pure, by path and query.

import * as fixtures from './fixtures';
import * as operators from './fixtures.operators';

const page = (items: unknown[]) => ({ items });
const OF = '/api/v1/tenants/acme';

export function usual(path: string, query: URLSearchParams): unknown {
  const id = /\/installations\/([^/]+)$/.exec(path)?.[1];
  if (id) return fixtures.installation(id);
  const packaged = /\/packages\/sha256:[0-9a-f]+-([a-z-]+)\/manifest$/.exec(path)?.[1];
  if (packaged) return fixtures.manifest(packaged);
  if (path.endsWith('/summary')) return fixtures.numbers(query.get('by') ?? '');
  if (path.startsWith('/api/v1/tenants/lakeside/')) return page([]);
  const state = query.get('state');
  const known: Record<string, unknown> = {
    '/api/v1/tenants': page(fixtures.tenants), '/api/v1/connectors': page(fixtures.connectors), '/api/v1/connectors/salesforce/versions': page(fixtures.versions),
    '/api/v1/tokens': page(fixtures.tokens), '/api/v1/audit': page(fixtures.audit), [`${OF}/audit`]: page(fixtures.audit),
    '/api/v1/audit/verification': operators.verdict, [`${OF}/audit/verification`]: operators.verdict,
    '/api/v1/alerts': page(operators.hostAlerts), '/api/v1/alert-receivers': page(operators.hostReceivers), '/api/v1/keys': operators.keys,
    [OF]: operators.document, [`${OF}/alert-receivers`]: page(operators.receivers), [`${OF}/alert-receivers/pager/test`]: operators.receiverTested,
    [`${OF}/calendar`]: page(operators.calendar), [`${OF}/usage`]: page(operators.usage), [`${OF}/hooks`]: page(operators.hooks),
    [`${OF}/installations/deal-desk/hooks/stage-moved`]: operators.hook, [`${OF}/installations/deal-desk/hooks/stage-moved/rotate`]: operators.rotated,
    [`${OF}/alerts`]: page(fixtures.alerts), [`${OF}/connections`]: page(fixtures.connections), [`${OF}/connections/microsoft`]: fixtures.connection, [`${OF}/connections/salesforce`]: fixtures.salesforce,
    [`${OF}/connections/microsoft/consent`]: fixtures.consent, [`${OF}/connections/microsoft/people`]: page(fixtures.people), [`${OF}/connections/salesforce/people`]: page([]), [`${OF}/connections/microsoft/test`]: fixtures.tested,
    [`${OF}/installations`]: page(fixtures.installations), [`${OF}/subscriptions`]: page(fixtures.subscriptions), [`${OF}/subscriptions/1f2e3d4c/coverage`]: page(fixtures.coverage),
    [`${OF}/events`]: page(fixtures.events.filter((event) => !state || (event as { state: string }).state === state)), [`${OF}/events/${fixtures.EVENT}`]: fixtures.eventDetail,
    [`${OF}/dead-letters`]: page(fixtures.deadLetters), [`${OF}/schedules`]: page(fixtures.schedules), [`${OF}/activity`]: page(fixtures.activity),
    [`${OF}/installations/calls/datasets`]: page(fixtures.datasets), [`${OF}/installations/deal-desk/plan/preview`]: fixtures.plan,
    [`${OF}/events/replay`]: { matched: 37, replayed: 37 }, [`${OF}/installations/deal-desk/check`]: { stages: [{ name: 'salesforce', verdict: 'ok' }] },
  };
  if (path.endsWith('/datasets')) return known[path] ?? page([]);
  return known[path];
}
