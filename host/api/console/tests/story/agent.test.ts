// An agent beside a case, by clicks only, in a panel inside a page of another system: signs in, creates the case's channel,
// is told that Microsoft takes longer than expected, checks again, and has the channel.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { launch, visit } from '../browser/browser';
import { shot } from '../browser/shots';
import { begin, packaged, type World } from './world';

/** What the directory's administrator has consented to, and what the operator granted. */
const DELEGATED = [
  'User.Read', 'Calendars.ReadWrite', 'Calendars.ReadWrite.Shared', 'OnlineMeetingArtifact.Read.All', 'OnlineMeetings.ReadWrite', 'Group.ReadWrite.All', 'Notes.ReadWrite.All',
  'Mail.ReadWrite.Shared',
];

let world: World;
let browser: Browser;
let page: Page;
let panel: FrameLocator;
let wrong: string[];
let system: Server;

/** The page of a case in the system where agents work, with the panel beside it. */
async function caseIn(about: string, panelAt: () => string): Promise<string> {
  const html = () => `<!doctype html><html lang="en"><title>${about}</title><style>body { margin: 0; display: grid; grid-template-columns: 1fr 480px; height: 100vh; font: 15px/1.5 sans-serif } main { padding: 24px } iframe { border: 0; border-left: 1px solid #ccc; width: 100%; height: 100% }</style>
    <main><h1>${about}</h1><p>Somebody's case management.</p></main><iframe title="Microsoft Teams" src="${panelAt()}"></iframe></html>`;
  system = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html()));
  await new Promise<void>((done) => system.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(system.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  world = await begin();
  const { tenant, vault } = world.sim;
  const origin = await caseIn('Patient asks about storage', () => `${world.url}/panel/acme/cases/case__v/${tenant.vault.case_id}`);
  await world.outside('/entra/consent', { permissions: [] });
  await world.outside('/entra/app', { delegated: DELEGATED });
  await world.outside(`/vault/records/console_application_settings__v/${tenant.vault.settings_id}`, { fields: { microsoft_integration__v: ['ms_teams__v'] } }, 'PATCH');
  world.apply(`
[tenant]
id = "acme"
name = "Acme Ltd"
panel = { frame_ancestors = ["${origin}"] }

[connections.microsoft]
provider = "microsoft"
cloud = "sim"
directory_id = "${tenant.directory_id}"
client_id = "${tenant.client_id}"
client_secret = { env = "SIM_MICROSOFT_SECRET" }

[connections.vault]
provider = "vault"
url = "${vault}"
username = { env = "SIM_VAULT_USERNAME" }
password = { env = "SIM_VAULT_PASSWORD" }

[[installations]]
id = "cases"
connector = "vault"
package = "${packaged('vault')}"
grant = { graph = ${JSON.stringify([...DELEGATED, 'offline_access', 'openid', 'profile'])}, connections = ["vault"] }

[installations.config]
vault_url = "https://lakeside.veevavault.com"
team_id = "${tenant.team_id}"
channel = { longer_than_expected_seconds = 1 }
`);
  browser = await launch();
  ({ page, wrong } = await visit(browser, origin));
  panel = page.frameLocator('iframe');
});
afterEach(({ task }) => (task.result?.state === 'fail' ? shot(page, 'story-failed') : undefined));
afterAll(async () => {
  await browser?.close();
  system?.close();
  await world?.stop();
});

const button = (name: string) => panel.getByRole('button', { name });
/** Presses the button, and signs in at Microsoft in the window that opens. */
async function signIn(name: string): Promise<void> {
  const opens = page.waitForEvent('popup');
  await button(name).click();
  const popUp = await opens;
  await popUp.getByRole('radio', { name: world.sim.tenant.users[0]?.email ?? '' }).check();
  await shot(popUp, 'story-31-at-microsoft');
  await popUp.getByRole('button', { name: 'Sign in' }).click();
}

it('signs in to the panel, and to Microsoft', async () => {
  await panel.getByText('Sign in to see this record').waitFor();
  await shot(page, 'story-30-sign-in');
  await signIn('Sign in');
  await panel.getByRole('heading', { name: 'Log in to Microsoft' }).waitFor();
  await shot(page, 'story-32-log-in');
  await signIn('Log In');
  await button('Create Channel').waitFor();
  await shot(page, 'story-33-case');
});

it('creates the channel, is told that it takes longer, and checks again', async () => {
  await world.outside('/faults', { match: { upstream: 'graph', method: 'POST', path_contains: '/channels' }, times: 1, effect: { hold: 'slow' } });
  await button('Create Channel').click();
  await panel.getByText('Creating channel…').first().waitFor();
  await shot(page, 'story-34-creating');
  await panel.getByText('taking longer than expected').waitFor();
  await shot(page, 'story-35-late');
  await button('Check Again').click();
  await panel.getByText('taking longer than expected').waitFor();
  await world.outside('/holds/slow/release', { all: true });
  await panel.getByText(/^Created by/).waitFor();
  await shot(page, 'story-36-there');
  await button('Check Again').click();
  await panel.getByRole('region', { name: 'Channel' }).getByRole('link').waitFor();
  await shot(page, 'story-37-checked');
  expect(wrong).toEqual([]);
});
