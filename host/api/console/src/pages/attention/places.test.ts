import { describe, expect, it } from 'vitest';
import type { Alert, ConnectionSummary } from '../../api/model';
import { mended } from './places';

const tenant = { id: 'acme', name: 'Acme' };
const connections: ConnectionSummary[] = [
  { name: 'microsoft', provider: 'microsoft', target: 'global', secrets: ['client_secret'] },
  { name: 'salesforce', provider: 'salesforce', target: 'https://x', secrets: ['client_secret'] },
  { name: 'vault', provider: 'vault', target: 'https://x', secrets: ['username', 'password'] },
];
const place = (key: string, code = key, installation?: string, field?: string) => {
  const alert: Alert = { tenant: 'acme', source: 'host', key, severity: 'warning', problem: { code, message: 'm', ...(field ? { field } : {}) }, since: 1, last: 1, raised: 1, ...(installation ? { installation } : {}) };
  const { to, params, search } = mended({ tenant, alert, connections });
  return [to.replace('/t/$tenant/', ''), { ...params, ...search }];
};

describe('an alert leads to where it is mended', () => {
  it.each<[string, string, string | undefined, string, Record<string, string>]>([
    ['connection.salesforce', 'salesforce.credential', undefined, 'connections/$connection', { connection: 'salesforce', tab: 'edit', field: 'client_secret' }],
    ['connection.microsoft', 'microsoft.client-secret-expired', undefined, 'connections/$connection', { connection: 'microsoft', tab: 'edit', field: 'client_secret' }],
    ['connection.vault', 'vault.password-refused', undefined, 'connections/$connection', { connection: 'vault', tab: 'edit', field: 'password' }],
    ['connection.microsoft', 'graph.consent-missing', undefined, 'connections/$connection', { connection: 'microsoft', tab: 'consent' }],
    ['connection.microsoft', 'connection.sign-in-expired', undefined, 'connections/$connection', { connection: 'microsoft', tab: 'people' }],
    ['connection.salesforce', 'connection.unreachable', undefined, 'connections/$connection', { connection: 'salesforce', tab: 'test' }],
    ['expiry.vault', 'calendar.ends', undefined, 'connections/$connection', { connection: 'vault', tab: 'edit', field: 'password' }],
    ['expiry.microsoft.service', 'calendar.ends', undefined, 'connections/$connection', { connection: 'microsoft', tab: 'people' }],
    ['expiry.content.certificate', 'calendar.ends', undefined, 'subscriptions', {}],
    ['sign-in.microsoft.service', 'connection.not-signed-in', undefined, 'connections/$connection', { connection: 'microsoft', tab: 'people' }],
    ['subscriptions.failing', 'graph.forbidden', undefined, 'subscriptions', {}],
    ['alerts.receiver.pager', 'receiver.refused', undefined, 'receivers', {}],
    ['dead-letters.growing', 'dead-letters.growing', 'desk', 'dead-letters', {}],
    ['webhook.refused stage-moved', 'webhook.refused', 'desk', 'hooks/$installation/$hook', { installation: 'desk', hook: 'stage-moved' }],
    ['dataset.files-failed', 'x', 'calls', 'datasets', { installation: 'calls' }],
    ['notifications.silent', 'notifications.silent', 'desk', 'subscriptions', {}],
    ['package.plan-failed', 'x', 'desk', 'installations/$installation', { installation: 'desk', tab: 'config' }],
    ['package.load-failed', 'x', 'desk', 'installations/$installation', { installation: 'desk', tab: 'version' }],
    ['installation.suspended', 'x', 'desk', 'installations/$installation', { installation: 'desk' }],
    ['quota', 'x', undefined, 'events', {}],
  ])('%s (%s) of %s', (key, code, installation, to, search) => {
    expect(place(key, code, installation)).toEqual([to, { tenant: 'acme', ...search }]);
  });

  it('to the field of a configuration that it names', () => {
    expect(place('rules', 'salesforce.rule', 'desk', '/config/rules/0')).toEqual(['installations/$installation', { tenant: 'acme', installation: 'desk', tab: 'config' }]);
  });

  it('of a connection that is gone, to its tenant', () => expect(place('connection.gone', 'x.credential')[0]).toBe('events'));

  it('of the host, to the host', () => {
    const alert: Alert = { source: 'host', key: 'alerts.receiver.pager', severity: 'warning', problem: { code: 'c', message: 'm' }, since: 1, last: 1, raised: 1 };
    expect(mended({ alert, connections: [] }).to).toBe('/receivers');
  });
});
