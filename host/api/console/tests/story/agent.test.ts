// An agent beside a case, by clicks only: signs in, creates the case's channel, is told that Microsoft takes longer than
// expected, checks again, and has the channel.

import type { Browser, Page } from 'playwright-core';
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
let wrong: string[];

beforeAll(async () => {
  world = await begin();
  const { tenant, vault } = world.sim;
  await world.outside('/entra/consent', { permissions: [] });
  await world.outside('/entra/app', { delegated: DELEGATED });
  await world.outside(`/vault/records/console_application_settings__v/${tenant.vault.settings_id}`, { fields: { microsoft_integration__v: ['ms_teams__v'] } }, 'PATCH');
  world.apply(`
[tenant]
id = "acme"
name = "Acme Ltd"

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
  const path = `/panel/acme/cases/case__v/${tenant.vault.case_id}`;
  ({ page, wrong } = await visit(browser, world.url + path, { viewport: { width: 460, height: 900 } }));
});
afterEach(({ task }) => (task.result?.state === 'fail' ? shot(page, 'story-failed') : undefined));
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

const button = (name: string) => page.getByRole('button', { name });
/** Presses the button, and signs in at Microsoft in the window that opens. */
async function signIn(name: string): Promise<void> {
  const opens = page.waitForEvent('popup');
  await button(name).click();
  const popUp = await opens;
  await popUp.getByRole('radio', { name: world.sim.tenant.users[0]?.email ?? '' }).check();
  await shot(popUp, 'story-21-at-microsoft');
  await popUp.getByRole('button', { name: 'Sign in' }).click();
}

it('signs in to the panel, and to Microsoft', async () => {
  await page.getByText('Sign in to see this record').waitFor();
  await shot(page, 'story-20-sign-in');
  await signIn('Sign in');
  await page.getByRole('heading', { name: 'Log in to Microsoft' }).waitFor();
  await shot(page, 'story-22-log-in');
  await signIn('Log In');
  await button('Create Channel').waitFor();
  await shot(page, 'story-23-case');
});

it('creates the channel, is told that it takes longer, and checks again', async () => {
  await world.outside('/faults', { match: { upstream: 'graph', method: 'POST', path_contains: '/channels' }, times: 1, effect: { hold: 'slow' } });
  await button('Create Channel').click();
  await page.getByText('Creating channel…').first().waitFor();
  await shot(page, 'story-24-creating');
  await page.getByText('taking longer than expected').waitFor();
  await shot(page, 'story-25-late');
  await button('Check Again').click();
  await page.getByText('taking longer than expected').waitFor();
  await world.outside('/holds/slow/release', { all: true });
  await page.getByText(/^Created by/).waitFor();
  await shot(page, 'story-26-there');
  await button('Check Again').click();
  await page.getByRole('region', { name: 'Channel' }).getByRole('link').waitFor();
  await shot(page, 'story-27-checked');
  expect(wrong).toEqual([]);
});
