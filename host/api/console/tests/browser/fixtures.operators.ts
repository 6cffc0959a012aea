// What a host would answer to whoever runs it: hooks, usage, keys, receivers, what ends.

import { connection, now } from './fixtures';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const problem = (code: string, message: string, remedy?: string) => ({ code, message, ...(remedy ? { remedy } : {}) });

const stage = { installation: 'deal-desk', key: 'stage-moved', verification: { kind: 'soap-organization', organization: '00D5g00000ABCDE' }, made: now - 40 * DAY, taken: 1_284, refused: 3, last_taken: now - 4 * MINUTE };
export const hooks = [
  { installation: 'cases', key: 'case-changed', verification: { kind: 'hmac-sha256', header: 'x-vault-signature' }, made: now - 20 * DAY, rotated: now - 2 * HOUR, old_until: now + 22 * HOUR, taken: 96, refused: 0, last_taken: now - 12 * MINUTE },
  stage,
  { installation: 'desk', key: 'message', verification: { kind: 'header', name: 'x-hook-secret' }, made: now - 3 * DAY, taken: 0, refused: 0 },
];
export const hook = { ...stage, address: 'https://tieline.example.com/hooks/9mXb2rQ7vT0cKw4yZ1uHn8sLdFgJpE6A' };
export const rotated = { ...stage, rotated: now, old_until: now + HOUR, address: 'https://tieline.example.com/hooks/Wq3kVt8nBz5xRm1cYd7fLg2hJs9pKa4E' };

const MIB = 1_048_576;
const used = (installation: string, storage: number, keys: number, datasets: number, done: number, pending: number, dead: number) => ({
  installation, storage_bytes: storage, storage_bytes_limit: 64 * MIB, storage_keys: keys, storage_keys_limit: 100_000, dataset_bytes: datasets, dataset_bytes_limit: 10_240 * MIB,
  events: { done, pending, dead, ...(done + pending + dead > 0 ? { since: now - 9 * DAY } : {}) },
});
export const usage = [
  used('calls', 3 * MIB, 4_120, 5_904 * MIB, 2_811, 0, 0), used('cases', 55 * MIB, 91_200, 0, 912, 4, 0), used('deal-desk', 12 * MIB, 20_410, 0, 14_105, 1_204, 37), used('desk', 0, 0, 0, 0, 0, 0),
];

export const keys = {
  master: { id: '3fb1c2', kept: 'file' },
  exchange: { state: 'idle', looked_at: 0, resealed: 0, unreadable: 0 },
  tenants: [{ tenant: 'acme', id: '91d04e', since: now - 80 * DAY }, { tenant: 'lakeside', id: 'c71a20' }],
};
export const exchanging = {
  ...keys, exchange: { state: 'sealing', looked_at: 18_240, resealed: 311, unreadable: 0 },
  tenants: [{ tenant: 'acme', id: '5e2b90', since: now - 9_000, old: ['91d04e'] }, { tenant: 'lakeside', id: 'c71a20' }],
};

const UNREACHED = problem('receiver.unreachable', 'pager.example.com did not answer.', 'Look whether it runs; what waits is sent as soon as it answers.');
export const receivers = [
  { name: 'on-call', kind: 'email', target: 'on-call@acme.example, desk@acme.example', min_severity: 'critical', waiting: 0, told: now - 3 * HOUR },
  { name: 'pager', kind: 'webhook', target: 'https://pager.example.com', min_severity: 'warning', waiting: 2, told: now - 26 * HOUR, next_attempt: now + 4 * MINUTE, problem: UNREACHED },
];
export const hostReceivers = [{ name: 'operations', kind: 'email', target: 'operations@example.com', min_severity: 'warning', waiting: 0 }];
export const receiverTested = { receiver: 'pager', stages: [{ name: 'dns', verdict: 'ok', duration_ms: 3, found: '203.0.113.9' }, { name: 'tls', verdict: 'failed', duration_ms: 30, problem: UNREACHED }, { name: 'message', verdict: 'skipped', duration_ms: 0 }] };
export const hostAlerts = [{ source: 'host', key: 'alerts.receiver.operations', severity: 'warning', problem: problem('receiver.refused', 'mail.example.com refused the sender of messages.', 'Look at `[alerts.mail]` in tieline.toml.'), since: now - 40 * MINUTE, last: now - MINUTE, raised: 3 }];

export const calendar = [
  {
    what: 'client-secret', name: 'microsoft', connection: 'microsoft', ends: now + 11 * DAY + 3 * HOUR, days_left: 11, severity: 'warning', banner: true,
    problem: problem('connection.credential-ends', 'The client secret of `microsoft` ends in 11 days, on 3 December.', 'Make a new client secret for the app and apply it with its `expires_at`.'),
  },
  { what: 'service-sign-in', name: 'service', connection: 'microsoft', ends: now + 70 * DAY, days_left: 70, severity: 'info', banner: false, problem: problem('calendar.ends', 'The idle sign-in of the service user ends.', '`tieline connections sign-in acme/microsoft --service` gives the link at which to sign in.') },
  { what: 'subscription', name: '/teams/7a11/channels/19:deal@thread.tacv2/messages', installations: ['deal-desk'], ends: now + 47 * MINUTE, days_left: 0, severity: 'info', banner: false, problem: problem('calendar.ends', 'The subscription ends.', 'Nothing: the host renews it.') },
  { what: 'password', name: 'vault', connection: 'vault', ends: now + 170 * DAY, days_left: 170, severity: 'info', banner: false, problem: problem('calendar.ends', 'The password of `vault` ends.', 'Set a new password and apply it with its `expires_at`.') },
];

export const document = {
  tenant: { id: 'acme', name: 'Acme Ltd', quotas: { pending_events: 100_000, journal_bytes: 268_435_456 }, alert_receivers: [{ name: 'on-call' }, { name: 'pager' }] },
  connections: { microsoft: connection }, installations: [],
};
export const verdict = { head: { seq: 1_204, digest: 'sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0' } };
