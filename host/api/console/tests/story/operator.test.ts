// The first day of an operator, by clicks only: from the first start of a host to events that waited for a mended secret.
// Each chapter begins where the one before ended.

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { launch, visit } from '../browser/browser';
import { shot } from '../browser/shots';
import { begin, packaged, type World } from './world';

const REGISTERED = ['ChannelMessage.Read.All', 'Chat.Read.All', 'User.Read.All', 'OnlineMeetings.Read.All', 'OnlineMeetingTranscript.Read.All'];

let world: World;
let browser: Browser;
let page: Page;
let wrong: string[];

beforeAll(async () => {
  world = await begin();
  browser = await launch();
  // The app is registered at Microsoft with what the connector's README says, and nobody has consented to it yet.
  await world.outside('/entra/consent', { permissions: [] });
  await world.outside('/entra/app', { requested: REGISTERED });
  ({ page, wrong } = await visit(browser, world.url));
});
afterEach(({ task }) => (task.result?.state === 'fail' ? shot(page, 'story-failed') : undefined));
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const link = (name: string | RegExp) => page.getByRole('link', { name });
const heading = (name: string | RegExp) => page.getByRole('heading', { name });
const write = (label: string | RegExp, value: string) => page.getByLabel(label).fill(value);
const choose = (label: string, option: string) => page.getByLabel(label, { exact: true }).selectOption(option);
const section = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true });
/** For what the host does by itself. */
const PATIENCE = { timeout: 60_000 };
/** Somebody writes in the channel that the connector watches. */
const says = (text: string) => world.outside('/graph/messages', { text });

it('signs in with the token of the first start', async () => {
  await heading('Sign in to this host').waitFor();
  await shot(page, 'story-01-sign-in');
  await write('Or with a token', world.token);
  await button('Use token').click();
  await heading('Needs attention').waitFor();
  await shot(page, 'story-02-nothing-yet');
});

it('creates a tenant', async () => {
  await link('Create a tenant').click();
  await write(/^Name/, 'Acme Ltd');
  await button('Create tenant').click();
  await heading('Connections').waitFor();
  await shot(page, 'story-03-not-connected');
});

it('connects Microsoft, and an administrator there consents', async () => {
  const { tenant } = world.sim;
  await link('Connect a system').click();
  await write('Directory (tenant) ID', tenant.directory_id);
  await write('Client ID', tenant.client_id);
  await write(/^Client Secret/, tenant.client_secret);
  await write(/^Cloud/, 'sim');
  await shot(page, 'story-04-connect-microsoft');
  await button('Connect').click();
  await button('Test connection').click();
  await page.getByText('A call').waitFor();
  await shot(page, 'story-05-tested');
  await page.getByRole('tab', { name: 'Consent' }).click();
  await button('Click to authorise').click();
  await shot(page, 'story-06-at-microsoft');
  await button('Accept').click();
  await link('Back to where you were').click();
});

it('has a service user sign in', async () => {
  await page.getByRole('tab', { name: 'People' }).click();
  await button('Sign in the service user').click();
  await page.getByRole('radio').first().check();
  await button('Sign in').click();
  await shot(page, 'story-07-back');
  await link('Back to where you were').click();
  await page.getByRole('tab', { name: 'People' }).click();
  await page.getByText('service user', { exact: true }).waitFor();
  await shot(page, 'story-08-service-user');
});

it('connects Salesforce', async () => {
  const { salesforce } = world.sim.tenant;
  await section('Connections').click();
  await link('Connect a system').click();
  await choose('System', 'Salesforce');
  await write('Sign-in address', world.sim.salesforce);
  await write('Consumer Key', salesforce.client_id);
  await write(/^Consumer Secret/, salesforce.client_secret);
  await button('Connect').click();
  await button('Test connection').click();
  await page.getByText('A call').waitFor();
});

it('uploads the connector, fills in its form and approves its rights', async () => {
  const { tenant } = world.sim;
  await section('Connectors').click();
  const asked = page.waitForEvent('filechooser');
  await button('Choose a file').click();
  await (await asked).setFiles(packaged('salesforce'));
  await page.getByText('is on the host').waitFor();
  await shot(page, 'story-09-uploaded');
  await section('Needs attention').click();
  await shot(page, 'story-10-first-steps');
  await link('Enable the connector').click();
  await page.getByRole('radio', { name: /Salesforce/ }).check();
  const rule = page.locator('#config_deal_desk');
  await rule.getByRole('button', { name: 'Add' }).first().click();
  await page.locator('#config_deal_desk_0_name').fill('terms');
  await page.locator('#config_deal_desk_0_team_id').fill(tenant.team_id);
  await page.locator('#config_deal_desk_0_channel_id').fill(tenant.channel_id);
  await page.locator('#config_deal_desk_0_opportunity_id').fill(tenant.opportunity_id);
  await shot(page, 'story-11-form');
  await button('Approve its rights and enable').click();
  await heading('salesforce').waitFor();
  await shot(page, 'story-12-enabled');
});

it('sees an event arrive, and opens its run', async () => {
  await section('Subscriptions').click();
  await page.getByText(/channels/).first().waitFor();
  await section('Events').click();
  await page.getByText('Live', { exact: true }).waitFor();
  await says('They ask for net 60 and a 12 % discount. Can somebody decide?');
  await page.locator('table').getByRole('link').first().waitFor();
  await shot(page, 'story-13-live');
  await page.locator('table').getByRole('link').first().click();
  await heading('Upstream calls').waitFor();
  await shot(page, 'story-14-run');
});

it('breaks the secret, and is told with a remedy', async () => {
  await section('Connections').click();
  await link('salesforce').click();
  await page.getByRole('tab', { name: 'Change' }).click();
  await write(/^Consumer Secret/, 'not the secret at all');
  await button('Save').click();
  await page.getByText('Saved.').waitFor();
  await says('Legal wants the approval by Friday.');
  await says('And who signs?');
  await section('Needs attention').click();
  await page.getByText('Critical').first().waitFor();
  await shot(page, 'story-15-alert');
  await section('Tenants').click();
  await link('Acme Ltd').click();
  await expect.poll(() => page.getByText('Parked').count(), PATIENCE).toBe(2);
  await shot(page, 'story-16-parked');
});

it('follows the alert, mends the secret, and what waited goes on', async () => {
  await section('Needs attention').click();
  await link('Enter a new one').first().click();
  await write(/^Consumer Secret/, world.sim.tenant.salesforce.client_secret);
  await button('Save').click();
  await page.getByText('Saved.').waitFor();
  await section('Events').click();
  await expect.poll(() => page.locator('table').getByText('Done').count(), PATIENCE).toBe(3);
  await shot(page, 'story-17-drained');
  await section('Needs attention').click();
  await page.getByText('Nothing needs you').waitFor();
  await shot(page, 'story-18-well-again');
  expect(wrong).toEqual([]);
});
