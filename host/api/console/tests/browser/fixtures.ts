// What a host would answer: one tenant with everything that pages have a part for.

import { readFileSync } from 'node:fs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const now = Date.now();

const schemaOf = (connector: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../../../plugins/${connector}/config.schema.json`, import.meta.url), 'utf8'));

export const EVENT = '0198c2f0-aaaa-7bbb-8ccc-dddddddddddd';
const problem = (code: string, message: string, remedy?: string) => ({ code, message, ...(remedy ? { remedy } : {}) });
const EXPIRED = problem('salesforce.credential', 'Salesforce does not know the client secret: invalid_client.', 'Make a new consumer secret in App Manager, and give it to the connection.');

export const tenants = [
  { id: 'acme', name: 'Acme Ltd', connections: ['microsoft', 'salesforce', 'vault'], installations: ['deal-desk', 'cases', 'calls', 'desk'] },
  { id: 'lakeside', name: 'Lakeside Clinics', connections: ['microsoft'], installations: [] },
];

export const connections = [
  { name: 'microsoft', provider: 'microsoft', target: 'global', client_id: '4d1c…', title: 'Microsoft of Acme', directory_id: '9f8e7d6c-0000-4000-8000-00000000acme', secrets: ['client_secret'], expires_at: now + 11 * DAY + 3 * HOUR, licensing: 'evaluation' },
  { name: 'salesforce', provider: 'salesforce', target: 'https://acme.my.salesforce.com', client_id: '3MVG9…', secrets: ['client_secret'] },
  { name: 'vault', provider: 'vault', target: 'https://acme.veevavault.com', secrets: ['username', 'password'], expires_at: now + 170 * DAY },
];

export const connection = { provider: 'microsoft', name: 'Microsoft of Acme', directory_id: '9f8e7d6c-0000-4000-8000-00000000acme', client_id: '4d1c', client_secret: true, expires_at: '2026-12-03T00:00:00Z', licensing: 'evaluation' };

export const salesforce = { provider: 'salesforce', login_url: 'https://acme.my.salesforce.com', client_id: '3MVG9', client_secret: true };

const digest = 'sha256:5f3a1f0c4b7d9e2a6c8b0d1e3f5a7c9b2d4e6f8a0b1c3d5e7f9a1b3c5d7e9f0a';

export const installations = [
  { id: 'calls', connector: 'call-records', version: '0.1.0', package: digest, rights: ['Graph CallRecords.Read.All'], ungranted: [], alerts: 0 },
  { id: 'cases', connector: 'vault', version: '0.1.0', package: digest, rights: ['connection vault'], ungranted: [], alerts: 0 },
  { id: 'deal-desk', connector: 'salesforce', version: '1.1.0', package: digest, rights: ['Graph ChannelMessage.Read.All', 'connection salesforce'], ungranted: ['Graph User.Read.All'], alerts: 1 },
  { id: 'desk', connector: 'contact-center', version: '0.1.0', package: digest, rights: ['Graph User.Read.All'], ungranted: [], alerts: 0, problems: [problem('installation.suspended', 'Every one of the last 20 events stopped the connector, so that it was suspended.', 'Look at its runs, mend the cause, then resume it.')] },
];

const CONNECTOR: Record<string, string> = { 'deal-desk': 'salesforce', cases: 'vault', calls: 'call-records', desk: 'contact-center' };

export const installation = (id: string) => ({
  summary: installations.find((one) => one.id === id),
  configuration: {
    id, connector: CONNECTOR[id], package: `${digest}-${CONNECTOR[id]}`, journal: 'shape',
    grant: { graph: ['ChannelMessage.Read.All', 'Mail.Read'], http: [], connections: ['salesforce'], limits: {} },
    config: id === 'desk' ? { directory: { phones: ['mobile', 'business'] } } : id === 'cases' ? { vault_url: 'https://acme.veevavault.com', team_id: '7a11' } : {
      deal_desk: [{ name: 'blockers', team_id: 't', channel_id: '19:x@thread.tacv2', opportunity_id: '0065g00000XyZAb', keywords: ['blocker', 'legal'], priority: 'High' }, { name: 'pricing', chat_id: '19:y', opportunity_id: '0065g00000XyZAc' }],
    },
  },
});

export const manifest = (connector: string) => ({
  digest,
  config_schema: schemaOf(connector),
  manifest: {
    connector: { id: connector, version: '1.1.0', name: connector === 'salesforce' ? 'Salesforce deal desk' : connector, vendor: 'Tieline', licence: 'Apache-2.0 OR MIT', description: 'Logs what is said in deal channels as Tasks of the Opportunity.', minimum_host: '0.1.0' },
    capabilities: { graph: 'reads the messages that a rule watches', http: 'reads and writes Salesforce, through the connection salesforce only', storage: 'remembers for a day who a sender is in Salesforce' },
    graph_permissions: [
      { name: 'ChannelMessage.Read.All', kind: 'application', reason: 'to read the messages of watched channels' },
      { name: 'User.Read.All', kind: 'application', reason: 'to know the mail address of a sender, by which Salesforce knows them' },
    ],
    http_origins: [],
    connections: [{ name: 'salesforce', provider: 'salesforce', scopes: ['api', 'refresh_token'], reason: 'to write Tasks as the integration user' }],
    actions: connector === 'vault'
      ? [{ name: 'set-integration', title: 'Microsoft integration of the vault', description: 'Chooses None, MS Teams, MS OneNote or both.', input: { type: 'object' }, idempotent: true }]
      : [{ name: 'log-chat', title: 'Log a Teams chat', description: 'Creates one completed Task with what was said in a chat lately.', input: { type: 'object', required: ['chat_id', 'record_id'], properties: { chat_id: { type: 'string', description: 'The chat.' }, record_id: { type: 'string' }, hours: { type: 'integer', minimum: 1, maximum: 720, description: 'How far back; 24 unless given.' } } } }],
    datasets: connector === 'call-records' ? [{ name: 'calls', reason: 'a row a call' }] : [],
  },
});

export const alerts = [
  { tenant: 'acme', source: 'host', key: 'connection.salesforce', severity: 'critical', problem: EXPIRED, since: now - 26 * MINUTE, last: now - MINUTE, raised: 14 },
  { tenant: 'acme', installation: 'desk', source: 'host', key: 'installation.suspended', severity: 'critical', problem: installations[3]?.problems?.[0], since: now - 3 * HOUR, last: now - 3 * HOUR, raised: 1 },
  { tenant: 'acme', installation: 'deal-desk', source: 'connector', key: 'requests', severity: 'warning', problem: problem('salesforce.requests-low', 'the organisation has used 82 % of its API requests of today, and work that can wait pauses', 'it goes on by itself after midnight, or raise `limits.pause_above`'), since: now - 5 * HOUR, last: now - 12 * MINUTE, raised: 31 },
];

const event = (over: Record<string, unknown>) => ({ id: EVENT, installation: 'deal-desk', received: now - 40_000, state: 'done', attempts: 1, summary: 'channel message 1763807 created', ...over });
export const events = [
  event({ id: EVENT, received: now - 9_000, state: 'pending', attempts: 2, parked: 'salesforce', cause: EXPIRED }),
  event({ id: '0198c2f0-aaaa-7bbb-8ccc-000000000002', received: now - 65_000, state: 'pending', attempts: 0 }),
  event({ id: '0198c2f0-aaaa-7bbb-8ccc-000000000003', received: now - 4 * MINUTE }),
  event({ id: '0198c2f0-aaaa-7bbb-8ccc-000000000004', received: now - 11 * MINUTE, installation: 'calls', summary: 'timer look-again' }),
  event({ id: '0198c2f0-aaaa-7bbb-8ccc-000000000005', received: now - 2 * HOUR, state: 'dead', attempts: 9, in_doubt: true, cause: problem('salesforce.field-missing', 'Task has no field Teams_Message_Id__c.', 'Create it as a unique external id, or leave external_id_field empty.') }),
  event({ id: '0198c2f0-aaaa-7bbb-8ccc-000000000006', received: now - 5 * HOUR, replayed: true, summary: 'gap 2026-11-22T04:00:00.000Z to 2026-11-22T04:12:00.000Z of /teams/7a11/channels/19:deal/messages', installation: 'deal-desk' }),
];

const call = (method: string, through: string, target: string, result: unknown, duration_us: number) => ({ through, method, target, result, sent: 310, received: 1_422, duration_us });
const run = (attempt: number, outcome: unknown, calls: unknown[]) => ({ attempt, started: now - 9_000 + attempt * 3_000, duration_us: 431_000, cpu_ms: 3, memory_bytes: 3_145_728, outcome, calls, log: [{ level: 'info', message: 'a message of a watched channel', fields: [['rule', 'blockers']] }, { level: 'warn', message: 'Salesforce refused the credential' }] });
export const eventDetail = {
  ...events[0],
  ordering_key: "teams('7a11')/channels('19:deal@thread.tacv2')",
  payload: { kind: 'notification', resource: "teams('7a11')/channels('19:deal@thread.tacv2')/messages('1763807')", change_type: 'created', resource_data: '{"@odata.type":"#Microsoft.Graph.chatMessage","id":"1763807"}' },
  runs: [
    run(1, { kind: 'retry', problem: problem('salesforce.unavailable', 'Salesforce answered 503.') }, [
      call('GET', 'graph', 'https://graph.microsoft.com/v1.0/teams/7a11/channels/19:deal@thread.tacv2/messages/1763807', { kind: 'answered', status: 200 }, 121_000),
      call('GET', 'graph', 'https://graph.microsoft.com/v1.0/users/ada', { kind: 'denied', asked: 'User.Read.All', allow_with: 'graph = ["User.Read.All"]' }, 40),
      call('POST', 'salesforce', 'https://acme.my.salesforce.com/services/data/v67.0/sobjects/Task', { kind: 'answered', status: 503 }, 260_000),
    ]),
    run(2, { kind: 'retry', problem: EXPIRED }, [
      call('GET', 'graph', 'https://graph.microsoft.com/v1.0/teams/7a11/channels/19:deal@thread.tacv2/messages/1763807', { kind: 'answered', status: 200 }, 98_000),
      call('POST', 'salesforce', 'https://acme.my.salesforce.com/services/data/v67.0/sobjects/Task', { kind: 'failed', reason: 'no access token could be had', in_doubt: false }, 12_000),
    ]),
  ],
};

export const deadLetters = [{ fingerprint: '7c1e90aa', cause: events[4]?.['cause' as never], count: 37, first: now - 9 * HOUR, last: now - 2 * HOUR, installations: ['deal-desk'] }];

export const subscriptions = [
  { key: '1f2e3d4c', resource: '/teams/7a11/channels/19:deal@thread.tacv2/messages', change_types: ['created', 'updated'], id: 'b1f4', expires: now + 47 * MINUTE, verified: now - 3 * MINUTE, installations: ['deal-desk'], certificate_expires: now + 50 * DAY },
  { key: '5a6b7c8d', resource: '/communications/callRecords', change_types: ['created'], id: 'b1f5', expires: now + 2 * DAY, verified: now - 8 * MINUTE, installations: ['calls'] },
  { key: '9e8f7a6b', resource: '/chats/19:gone/messages', change_types: ['created'], installations: ['deal-desk'], problem: problem('graph.not-found', 'Graph knows no chat 19:gone.', 'Take the rule out, or name another chat.') },
];

export const coverage = [{
  installation: 'deal-desk', resource: subscriptions[0]?.resource, stretches: [
    { from: now - 30 * DAY, to: now - 12 * DAY, state: 'presumed' },
    { from: now - 12 * DAY, to: now - 12 * DAY + 5 * HOUR, state: 'confirmed', reason: 'the host was down' },
    { from: now - 12 * DAY + 5 * HOUR, to: now - 12 * MINUTE, state: 'presumed' },
    { from: now - 12 * MINUTE, to: now - 8 * MINUTE, state: 'open', reason: 'missed' },
    { from: now - 8 * MINUTE, to: now - 3 * MINUTE, state: 'presumed' },
  ],
}];

export const schedules = [
  { installation: 'calls', key: 'look-again', kind: 'planned', timing: { kind: 'every', millis: 6 * HOUR }, due: now + 2 * HOUR },
  { installation: 'calls', key: 'devices', kind: 'planned', timing: { kind: 'cron', expression: '0 3 * * *', zone: 'UTC' }, due: now + 14 * HOUR, missed_since: now - 10 * HOUR },
  { installation: 'desk', key: 'invitation/1', kind: 'once', due: now + 100_000 },
];

export const activity = [
  { installation: 'deal-desk', record_kind: 'Opportunity', record_id: '0065g00000XyZAb', at: now - 4 * MINUTE, title: 'Task created from a message of Priya Singh', text: 'We need revised commercial terms before the end of the quarter.', link: 'https://acme.my.salesforce.com/00T1' },
  { installation: 'cases', record_kind: 'case__v', record_id: 'V0A000000001001', at: now - 2 * HOUR, title: 'Conversation Started: MS Teams Channel', link: 'https://teams.microsoft.com/l/channel/x' },
];

const days = Array.from({ length: 24 }, (_, place) => new Date(now - (23 - place) * DAY).toISOString().slice(0, 10));
export function numbers(by: string): unknown {
  const group = (named: Record<string, unknown>, measures: Record<string, unknown>) => ({ by: named, measures });
  const quality = (count: number, mos: number) => ({ count, 'mean:mos': mos, 'share:poor': (4.4 - mos) / 4, 'mean:jitter_ms': 60 - mos * 12, 'mean:loss': (4.5 - mos) / 60, 'mean:round_trip_ms': 320 - mos * 60 });
  const known: Record<string, unknown[]> = {
    day: days.map((day, place) => group({ day }, { count: Math.round((140 + 60 * Math.sin(place / 2)) * (place % 7 > 4 ? 0.2 : 1)), 'share:failed': place === 17 ? 0.21 : 0.02 + (place % 5) / 200 })),
    'failure_stage,failure_reason': [group({ failure_stage: 'callSetup', failure_reason: 'Unable to reach the media relay' }, { count: 64 }), group({ failure_stage: 'midcall', failure_reason: 'Media connectivity lost' }, { count: 31 }), group({ failure_stage: 'callSetup', failure_reason: 'Callee did not answer' }, { count: 12 })],
    sender_network: [group({ sender_network: 'wired' }, quality(4120, 4.31)), group({ sender_network: 'wifi' }, quality(2881, 3.72)), group({ sender_network: 'mobile' }, quality(311, 3.21)), group({ sender_network: null }, quality(40, 4.0))],
    sender_device: [group({ sender_device: 'Jabra Evolve2 65' }, quality(1880, 4.33)), group({ sender_device: 'Internal Microphone (Realtek)' }, quality(1412, 3.58)), group({ sender_device: 'Poly Sync 20' }, quality(480, 4.12))],
    'sender_product,sender_platform': [group({ sender_product: 'Teams', sender_platform: 'windows' }, quality(3900, 4.11)), group({ sender_product: 'Teams', sender_platform: 'iOS' }, quality(900, 3.66)), group({ sender_product: 'Teams Room', sender_platform: 'android' }, quality(411, 4.4))],
  };
  return { rows: 100, groups: known[by] ?? [] };
}
export const datasets = ['calls', 'devices', 'participants', 'sessions', 'streams'].map((table, place) => ({ table, first_day: days[0], last_day: days.at(-1), files: 24, rows: 3_120 * (place + 1), bytes: 1_204_000 * (place + 1), waiting_bytes: 4_096 }));

export const consent = {
  connection: 'microsoft', seen: now - 20 * MINUTE, link: 'https://login.microsoftonline.com/…/adminconsent', who: 'A Global Administrator, or a Privileged Role Administrator', spreads_until: now + 96 * MINUTE,
  permissions: [
    { permission: 'ChannelMessage.Read.All', kind: 'application', state: 'spreading', needed_by: [{ installation: 'deal-desk', reason: 'to read the messages of watched channels' }] },
    { permission: 'User.Read.All', kind: 'application', state: 'missing', needed_by: [{ installation: 'deal-desk', reason: 'to know the mail address of a sender' }] },
    { permission: 'Mail.Read', kind: 'application', state: 'unneeded' },
  ],
};
export const people = [
  { connection: 'microsoft', service: true, directory_id: 'd', object_id: 'o1', user_name: 'tieline@acme.example', display_name: 'Tieline Service', scopes: ['Chat.ReadWrite'], since: now - 20 * DAY, expires: now + 70 * DAY },
  { connection: 'microsoft', service: false, directory_id: 'd', object_id: 'o2', user_name: 'priya.singh@acme.example', display_name: 'Priya Singh', roles: ['agent'], scopes: ['User.Read', 'Notes.ReadWrite.All'], since: now - 2 * DAY, expires: now + 88 * DAY },
];
export const tested = {
  connection: 'microsoft', provider: 'microsoft', stages: [
    { name: 'dns', verdict: 'ok', duration_ms: 4, found: 'login.microsoftonline.com, 20.190.160.2' }, { name: 'tls', verdict: 'ok', duration_ms: 31, found: 'valid until 2027-02-11' },
    { name: 'token', verdict: 'failed', duration_ms: 120, problem: problem('microsoft.secret-wrong', 'Failed to request refresh token: the provided Client Secret, Directory (Tenant) ID, or Client ID is invalid.', 'Copy each of those items from the Azure registered app again, and save.') },
    { name: 'permissions', verdict: 'skipped', duration_ms: 0 }, { name: 'call', verdict: 'skipped', duration_ms: 0 },
  ],
};

export const connectors = [
  { id: 'call-records', name: 'Call records', vendor: 'Tieline', description: 'Collects the numbers of calls and of Teams Rooms devices.', versions: ['0.1.0'] },
  { id: 'contact-center', name: 'Contact centre', vendor: 'Tieline', description: 'Directory, presence, and Teams users in customer chats.', versions: ['0.1.0'] },
  { id: 'salesforce', name: 'Salesforce deal desk', vendor: 'Tieline', description: 'Logs what is said in deal channels as Tasks of the Opportunity.', versions: ['1.1.0', '1.0.0'] },
];
export const versions = [{ version: '1.1.0', package: `${digest}-salesforce`, minimum_host: '0.1.0', last_used: now - MINUTE, installations: 1 }, { version: '1.0.0', package: `${digest}-salesforce`, minimum_host: '0.1.0', last_used: now - 30 * DAY, installations: 0 }];
export const audit = [
  { seq: 4, asked: 3, at: now - MINUTE, who: { kind: 'person', id: 'o2', name: 'ada@acme.example' }, from: '10.1.2.3', action: 'putGrant', target: 'tenants/acme/installations/deal-desk/grant', outcome: 'done', status: 200, before: { graph: [] }, after: { graph: ['ChannelMessage.Read.All'] } },
  { seq: 3, at: now - MINUTE, who: { kind: 'person', id: 'o2', name: 'ada@acme.example' }, from: '10.1.2.3', action: 'putGrant', target: 'tenants/acme/installations/deal-desk/grant', outcome: 'asked' },
  { seq: 2, asked: 1, at: now - 4 * MINUTE, who: { kind: 'token', id: '0198aa', name: 'ci' }, from: '10.1.2.9', action: 'applyTenant', target: 'tenants/acme', outcome: 'refused', status: 422 },
];
export const tokens = [{ id: '0198aa', name: 'ci', rights: [{ tenant: 'acme', role: 'tenant-admin' }], state: 'active', created: now - 9 * DAY, created_by: 'Ada Byron', expires: now + 81 * DAY, last_used: now - HOUR }, { id: '0198ab', name: 'grafana', rights: [{ role: 'operator' }], state: 'active', created: now - 40 * DAY, created_by: 'bootstrap', expires: now + 12 * DAY }];
export const plan = { subscriptions: [{ resource: '/teams/t/channels/19:x/messages', change_types: ['created', 'updated'], with_content: false }], timers: [{ key: 'limits', timing: { kind: 'every', millis: 300_000 } }], hooks: [], tables: [], problems: [] };
