// A whole world: simulators of what lies outside, and a host of this build, begun for the first time as an operator would.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Where cargo puts what it builds: `debug/tieline`, `debug/tieline-sim`, `plugins/*.wasm`. */
const BUILT = process.env['TIELINE_BUILT'] ?? fileURLToPath(new URL('../../../../../target', import.meta.url));
/** Who begins a first start is an operator; of those who sign in, members of this group are agents. */
const AGENTS = '8d2f6c1e-0000-4000-8000-00000000ac3e';

export const packaged = (connector: string): string => join(BUILT, 'plugins', `${connector}.wasm`);

interface Named {
  id: string;
  name: string;
  email: string;
}

/** Where the simulators are, and what is in them; the rest of their manifest is of no use here. */
export interface Simulators {
  entra: string;
  graph: string;
  salesforce: string;
  vault: string;
  control: string;
  tenant: {
    directory_id: string;
    client_id: string;
    client_secret: string;
    team_id: string;
    channel_id: string;
    user_id: string;
    users: Named[];
    opportunity_id: string;
    salesforce: { client_id: string; client_secret: string };
    vault: { username: string; password: string; case_id: string; settings_id: string };
  };
}

export interface World {
  /** Where the host is. */
  url: string;
  /** The token that the host printed at its first start, the one time that it is shown. */
  token: string;
  sim: Simulators;
  /** Somebody outside does something, or something outside breaks. */
  outside: (path: string, does?: unknown, method?: string) => Promise<unknown>;
  /** The way of an operator with a shell: applies a tenant's document, with the secrets of what is simulated in the environment. */
  apply: (document: string) => void;
  stop: () => Promise<void>;
}

/** A program that says in its first line, as JSON, where it is; it ends with its standard input. */
async function begun<T>(program: string, options: string[], folder: string): Promise<{ child: ChildProcess; said: T }> {
  const log = join(folder, `${program}.log`);
  const child = spawn(join(BUILT, 'debug', program), [...options, '--json', '--exit-with-parent'], { cwd: folder, stdio: ['pipe', 'pipe', openSync(log, 'w')] });
  const failed = new Promise<never>((_, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => fail(new Error(`${program} ended with ${code}: ${readFileSync(log, 'utf8')}`)));
  });
  failed.catch(() => undefined);
  if (!child.stdout) throw new Error(`${program} has no output`);
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([failed, new Promise<string>((line) => lines.once('line', line))]);
  return { child, said: JSON.parse(first) as T };
}

async function ended(child: ChildProcess): Promise<void> {
  const over = new Promise<void>((done) => child.once('exit', () => done()));
  child.stdin?.end();
  if (child.exitCode === null) await over;
}

const address = (url: string): string => new URL(url).host;

const configuration = (sim: Simulators): string => `
[server]
listen = "127.0.0.1:0"

[store]
url = "sled:./data"

[clouds.sim]
login = "${sim.entra}"
graph = "${sim.graph}"
simulated = true

[egress]
allow_private = ["${address(sim.entra)}", "${address(sim.graph)}", "${address(sim.salesforce)}", "${address(sim.vault)}"]

[delivery]
retry_schedule_ms = [200, 400, 800]

[sign_in]
cloud = "sim"
directory_id = "${sim.tenant.directory_id}"
client_id = "${sim.tenant.client_id}"
client_secret = { file = "sign-in.secret" }

[[sign_in.roles]]
group = "${AGENTS}"
role = "agent"
tenants = ["acme"]
`;

export async function begin(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'tieline-story-'));
  const simulators = await begun<Simulators>('tieline-sim', [], folder);
  const sim = simulators.said;
  writeFileSync(join(folder, 'sign-in.secret'), sim.tenant.client_secret);
  writeFileSync(join(folder, 'tieline.toml'), configuration(sim));
  const host = await begun<{ listening: string; api_token: string }>('tieline', ['serve', '--config', 'tieline.toml', '--log-format', 'text'], folder);
  const { listening: url, api_token: token } = host.said;
  const outside = async (path: string, does?: unknown, method = 'POST') => {
    const answer = await fetch(`${sim.control}${path}`, { method, headers: { 'content-type': 'application/json' }, ...(does === undefined ? {} : { body: JSON.stringify(does) }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
  const environment = {
    ...process.env, TIELINE_HOST: url, TIELINE_TOKEN: token,
    SIM_MICROSOFT_SECRET: sim.tenant.client_secret, SIM_VAULT_USERNAME: sim.tenant.vault.username, SIM_VAULT_PASSWORD: sim.tenant.vault.password,
  };
  await outside('/entra/app', { groups: { [sim.tenant.user_id]: [AGENTS] } });
  return {
    url, token, sim, outside,
    apply: (document) => {
      writeFileSync(join(folder, 'tenant.toml'), document);
      execFileSync(join(BUILT, 'debug', 'tieline'), ['apply', '-f', 'tenant.toml'], { cwd: folder, env: environment, stdio: 'pipe' });
    },
    stop: async () => {
      await ended(host.child);
      await ended(simulators.child);
      rmSync(folder, { recursive: true });
    },
  };
}
