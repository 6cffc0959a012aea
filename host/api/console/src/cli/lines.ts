// The words of the `tieline` line that does what a page shows. Pure. `lines.json` holds one of each; a test of the host
// parses them with the command line as it is, so that none is offered that does not exist.

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** An argument as a POSIX shell reads it. */
export function quoted(argument: string): string {
  return PLAIN.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** The words as one line for a POSIX shell. */
export const line = (words: string[]): string => words.map(quoted).join(' ');

/** Words that are always there, and options that have a value. */
export function words(command: string[], options: Record<string, string | boolean | undefined> = {}): string[] {
  const given = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || value === false || value === '') return [];
    return value === true ? [`--${name}`] : [`--${name}`, value];
  });
  return ['tieline', ...command, ...given];
}

export interface EventFilter {
  installation?: string;
  state?: string;
}

export const cli = {
  tenants: () => words(['tenants']),
  apply: (file: string) => words(['apply', '-f', file]),
  exported: (tenant: string) => words(['export'], { tenant }),
  alerts: (tenant?: string) => words(['alerts', 'list'], { tenant }),
  calendar: (tenant: string) => words(['alerts', 'calendar'], { tenant }),
  receivers: (tenant?: string) => words(['alerts', 'receivers'], { tenant }),
  testReceiver: (name: string, tenant?: string) => words(['alerts', 'test-receiver', name], { tenant }),
  connections: (tenant: string) => words(['connections'], { tenant }),
  testConnection: (tenant: string, name: string) => words(['connections', 'test', `${tenant}/${name}`]),
  consent: (tenant: string, name: string) => words(['connections', 'consent', `${tenant}/${name}`]),
  people: (tenant: string, name: string) => words(['connections', 'people', `${tenant}/${name}`]),
  signIn: (tenant: string, name: string, service: boolean) =>
    words(['connections', 'sign-in', `${tenant}/${name}`], { service }),
  signOut: (tenant: string, name: string, user: string) =>
    words(['connections', 'sign-out', `${tenant}/${name}`], { user }),
  signEverybodyOut: (tenant: string, name: string) => words(['connections', 'sign-out', `${tenant}/${name}`], { everybody: true }),
  revoke: (tenant: string, name: string) => words(['connections', 'revoke', `${tenant}/${name}`]),
  installations: (tenant: string) => words(['installations'], { tenant }),
  check: (tenant: string, id: string) => words(['check', `${tenant}/${id}`]),
  pause: (tenant: string, id: string) => words(['installations', 'pause', `${tenant}/${id}`]),
  connectors: (connector?: string) => words(connector === undefined ? ['connectors'] : ['connectors', connector]),
  resume: (tenant: string, id: string) => words(['installations', 'resume', `${tenant}/${id}`]),
  act: (tenant: string, id: string, action: string, input: unknown, as?: string, record?: string) =>
    words(['act', `${tenant}/${id}`, action], { input: JSON.stringify(input), as, record }),
  view: (tenant: string, id: string, kind: string, record: string) => words(['view', `${tenant}/${id}`, kind, record]),
  subscriptions: (tenant: string) => words(['subscriptions'], { tenant }),
  coverage: (tenant: string, key: string) => words(['subscriptions', 'coverage', key], { tenant }),
  hooks: (tenant: string) => words(['hooks', 'list'], { tenant }),
  hook: (tenant: string, id: string, hook: string) => words(['hooks', 'show', `${tenant}/${id}`, hook]),
  rotateHook: (tenant: string, id: string, hook: string, minutes: number) => words(['hooks', 'rotate', `${tenant}/${id}`, hook], { overlap: String(minutes) }),
  usage: (tenant: string) => words(['usage'], { tenant }),
  keys: () => words(['keys', 'list']),
  rotateKeys: (which: { tenant?: string; all?: boolean; master?: boolean }) => words(['keys', 'rotate'], { ...which }),
  printConfig: () => words(['serve'], { 'print-config': true }),
  backup: (file: string) => words(['backup', file]),
  checkBackup: (file: string) => words(['restore', file], { check: true }),
  schedules: (tenant: string) => words(['schedules', 'list'], { tenant }),
  events: (tenant: string, filter: EventFilter = {}) => words(['events', 'list'], { tenant, ...filter }),
  event: (tenant: string, id: string) => words(['events', 'show', id], { tenant }),
  replay: (tenant: string, id: string, asNew: boolean) =>
    words(['events', 'replay', id], { tenant, 'as-new': asNew }),
  replayGroup: (tenant: string, fingerprint: string, dryRun: boolean) =>
    words(['events', 'replay'], { tenant, fingerprint, 'dry-run': dryRun }),
  deadLetters: (tenant: string) => words(['dead-letters', 'list'], { tenant }),
  activity: (tenant: string, record?: string) => words(['activity'], { tenant, record }),
  audit: (tenant?: string, selection: { who?: string | undefined; action?: string | undefined; target?: string | undefined } = {}) => words(['audit', 'list'], { tenant, ...selection }),
  verifyAudit: (tenant?: string) => words(['audit', 'verify'], { tenant }),
  tokens: () => words(['tokens', 'list']),
  datasets: (tenant: string, id: string) => words(['datasets', 'list', `${tenant}/${id}`]),
  summary: (tenant: string, id: string, table: string, by: string[], measures: string[], where?: string) =>
    words(['datasets', 'summary', `${tenant}/${id}`, table], { by: by.join(','), measure: measures.join(','), where }),
};

/** One of each, with names that need quoting where people may choose them. */
export const EXAMPLES: string[][] = [
  cli.tenants(),
  cli.apply('acme.toml'),
  cli.exported('acme'),
  cli.alerts('acme'),
  cli.alerts(),
  cli.calendar('acme'),
  cli.receivers('acme'),
  cli.receivers(),
  cli.testReceiver('on-call', 'acme'),
  cli.testReceiver('on-call'),
  cli.connections('acme'),
  cli.testConnection('acme', 'microsoft'),
  cli.consent('acme', 'microsoft'),
  cli.people('acme', 'microsoft'),
  cli.signIn('acme', 'microsoft', true),
  cli.signOut('acme', 'microsoft', "o'neil@lakeside.example"),
  cli.signEverybodyOut('acme', 'microsoft'),
  cli.revoke('acme', 'microsoft'),
  cli.installations('acme'),
  cli.check('acme', 'deal-desk'),
  cli.resume('acme', 'deal-desk'),
  cli.pause('acme', 'deal-desk'),
  cli.connectors(),
  cli.connectors('salesforce'),
  cli.tokens(),
  cli.act('acme', 'cases', 'create-chat', { topic: "Ada's" }, 'priya@lakeside.example', 'incident/0a1b'),
  cli.view('acme', 'deal-desk', 'Opportunity', '0065g00000XyZAb'),
  cli.subscriptions('acme'),
  cli.coverage('acme', '1f2e3d4c'),
  cli.hooks('acme'),
  cli.hook('acme', 'deal-desk', 'stage-moved'),
  cli.rotateHook('acme', 'deal-desk', 'stage-moved', 60),
  cli.usage('acme'),
  cli.keys(),
  cli.rotateKeys({ tenant: 'acme' }),
  cli.rotateKeys({ all: true }),
  cli.rotateKeys({ master: true }),
  cli.printConfig(),
  cli.backup('tieline.backup'),
  cli.checkBackup('tieline.backup'),
  cli.audit('acme', { who: "o'neil", action: 'putGrant', target: '/tenants/acme' }),
  cli.audit(),
  cli.verifyAudit('acme'),
  cli.verifyAudit(),
  cli.schedules('acme'),
  cli.events('acme', { installation: 'deal-desk', state: 'dead' }),
  cli.event('acme', '0198c2f0-aaaa-7bbb-8ccc-dddddddddddd'),
  cli.replay('acme', '0198c2f0-aaaa-7bbb-8ccc-dddddddddddd', true),
  cli.replayGroup('acme', '0123abcd', true),
  cli.deadLetters('acme'),
  cli.activity('acme', 'Opportunity/0065g00000XyZAb'),
  cli.datasets('acme', 'calls'),
  cli.summary('acme', 'calls', 'streams', ['day', 'sender_network'], ['count', 'mean:mos'], 'is_audio:true'),
];
