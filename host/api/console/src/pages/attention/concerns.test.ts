import { describe, expect, it } from 'vitest';
import type { Alert, ConnectionSummary } from '../../api/model';
import { DAY } from '../../time/countdown';
import { concerns } from './concerns';

const now = 1_000 * DAY;
const tenant = { id: 'acme', name: 'Acme', connections: ['microsoft', 'salesforce'], installations: ['desk'] };
const connection = (expires_at?: number): ConnectionSummary => ({ name: 'microsoft', provider: 'microsoft', target: 'global', secrets: ['client_secret'], ...(expires_at === undefined ? {} : { expires_at }) });
const alert = (over: Partial<Alert>): Alert => ({ tenant: 'acme', source: 'host', key: 'k', severity: 'warning', problem: { code: 'c', message: 'm' }, since: 1, last: 1, raised: 1, ...over });

describe('what needs attention', () => {
  it('is nothing where nothing is wrong', () => {
    expect(concerns(tenant, [[], [connection(), connection(now + 16 * DAY)], [], [], []], now)).toEqual([]);
  });

  it('is a secret that ends within fifteen days, and urgently on its last', () => {
    const found = (left: number) => concerns(tenant, [[], [connection(now + left)], [], [], []], now)[0];
    expect(found(15 * DAY)).toMatchObject({ rank: 1, message: 'The client secret of microsoft ends in 15 d', ahead: true });
    expect(found(DAY)).toMatchObject({ rank: 0 });
    expect(found(-DAY)).toMatchObject({ rank: 0, code: 'connection.expired', ahead: false });
  });

  it('is not told twice where the host raised an alert about it', () => {
    const raised = alert({ key: 'connection.microsoft.expires' });
    expect(concerns(tenant, [[raised], [connection(now + DAY)], [], [], []], now)).toHaveLength(1);
  });

  it('leads to the page that helps', () => {
    const [ofConnection, ofInstallation, ofTenant] = concerns(tenant, [[
      alert({ key: 'connection.salesforce' }), alert({ installation: 'desk' }), alert({ key: 'quota' }),
    ], [{ ...connection(), name: 'salesforce', provider: 'salesforce' }], [], [], []], now);
    expect(ofConnection).toMatchObject({ to: '/t/$tenant/connections/$connection', params: { tenant: 'acme', connection: 'salesforce' } });
    expect(ofInstallation).toMatchObject({ params: { installation: 'desk' } });
    expect(ofTenant).toMatchObject({ to: '/t/$tenant/events' });
  });

  it('names events that were given up, once for each cause', () => {
    const letter = { fingerprint: 'f', cause: { code: 'c', message: 'No field.' }, count: 1, first: 1, last: 2, installations: ['desk'] };
    expect(concerns(tenant, [[], [], [], [], [letter]], now)[0]?.message).toBe('1 event was given up: No field.');
  });
});
