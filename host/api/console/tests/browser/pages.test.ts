// Every page: it opens by its address, says what it is about, and breaks neither itself nor its security policy.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, visit } from './browser';
import { EVENT } from './fixtures';
import { keys } from './fixtures.operators';
import { start, type Host } from './host';
import { shot } from './shots';

let browser: Browser;
let host: Host;
beforeAll(async () => {
  [browser, host] = await Promise.all([launch(), start()]);
});
afterAll(async () => {
  await browser.close();
  await host.stop();
});

const PAGES: [string, string, string][] = [
  ['', 'Needs attention', 'Salesforce does not know the client secret'],
  ['tenants', 'Tenants', '4 installations'],
  ['tenants/new', 'Create a tenant', 'Create tenant'],
  ['connectors', 'Connectors', 'Salesforce deal desk'],
  ['connectors/salesforce', 'salesforce', 'to write Tasks as the integration user'],
  ['audit', 'Audit of the host', 'putGrant'],
  ['receivers', 'Alert receivers of the host', 'operations@example.com'],
  ['keys', 'Keys', '91d04e'],
  ['tokens', 'Tokens', 'grafana'],
  ['settings', 'Settings', 'tieline.toml'],
  ['t/acme/connections', 'Connections', 'Microsoft of Acme'],
  ['t/acme/connections/new', 'Connect a system', 'Directory (tenant) ID'],
  ['t/acme/connections/microsoft', 'microsoft', 'Test connection'],
  ['t/acme/installations', 'Installations', 'deal-desk'],
  ['t/acme/installations/new?connector=salesforce', 'Enable a connector', 'What it may touch'],
  ['t/acme/installations/deal-desk?tab=rights', 'deal-desk', 'asks for 1 right'],
  ['t/acme/installations/deal-desk?tab=config', 'deal-desk', 'Rules that log messages as Tasks'],
  ['t/acme/installations/desk?tab=config', 'desk', 'The types of phone numbers'],
  ['t/acme/installations/cases?tab=actions', 'cases', 'MS Teams and OneNote'],
  ['t/acme/subscriptions', 'Subscriptions', 'callRecords'],
  ['t/acme/subscriptions/1f2e3d4c', '/teams/7a11/channels/19:deal@thread.tacv2/messages', 'Caught up'],
  ['t/acme/events', 'Events', 'Parked: salesforce'],
  [`t/acme/events/${EVENT}`, 'channel message 1763807 created', 'Deduplicated'],
  ['t/acme/dead-letters', 'Dead letters', 'Task has no field'],
  ['t/acme/schedules', 'Schedules', 'look-again'],
  ['t/acme/activity', 'Activity', 'Conversation Started: MS Teams Channel'],
  ['t/acme/datasets', 'Datasets', 'Quality by network'],
  ['t/acme/audit', 'Audit', 'putGrant'],
  ['t/acme/hooks', 'Hooks', 'stage-moved'],
  ['t/acme/hooks/deal-desk/stage-moved', 'stage-moved', 'Show address and secret'],
  ['t/acme/usage', 'Usage', '91,200 of 100,000'],
  ['t/acme/calendar', 'Calendar', 'Sign-in of the service user'],
  ['t/acme/receivers', 'Alert receivers', 'on-call@acme.example'],
  ['t/acme/tenant', 'Tenant', 'Events that may wait'],
  ['t/acme/connections/microsoft?tab=edit&field=client_secret', 'microsoft', 'value, not its id'],
  ['t/acme/connections/microsoft?tab=people', 'microsoft', 'Priya Singh'],
  ['t/acme/connections/microsoft?tab=remove', 'microsoft', 'Revoke'],
  ['t/acme/installations/deal-desk?tab=version', 'deal-desk', 'Move to this version'],
  ['t/acme/installations/deal-desk?tab=remove', 'deal-desk', 'pause it'],
];

describe.each(['light', 'dark'] as const)('in a %s room', (colorScheme) => {
  it.each(PAGES)('/console/%s', async (path, title, words) => {
    const { page, wrong } = await visit(browser, `${host.url}/console/${path}`, { colorScheme });
    await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
    await page.getByText(words).first().waitFor();
    await page.waitForLoadState('load');
    await page.evaluate(() => document.fonts.ready);
    await shot(page, `${path.replace(/[^a-z0-9]+/gi, '-') || 'attention'}.${colorScheme}`);
    expect(wrong).toEqual([]);
    await page.context().close();
  });
});

const EMPTY: [string, string][] = [
  ['connections', 'Not connected to anything yet'], ['installations', 'No connector is enabled'], ['subscriptions', 'No subscription'],
  ['events', 'No event yet'], ['dead-letters', 'No event was given up'], ['schedules', 'No timer is set'], ['activity', 'Nothing was noted yet'],
  ['datasets', 'No connector keeps a table'], ['audit', 'Nothing was done yet'], ['hooks', 'No hook is there'], ['usage', 'Nothing is used yet'], ['calendar', 'Nothing ends'], ['receivers', 'Nobody is told'],
];

it.each(EMPTY)('%s says that nothing is there, and what comes next', async (path, words) => {
  const { page, wrong } = await visit(browser, `${host.url}/console/t/lakeside/${path}`);
  await page.getByText(words).waitFor();
  expect(wrong).toEqual([]);
  await page.context().close();
});

const OF_HOST: [string, string, unknown, string][] = [
  ['tenants', '/api/v1/tenants', { items: [] }, 'No tenant yet'],
  ['connectors', '/api/v1/connectors', { items: [] }, 'No connector was uploaded'],
  ['connectors/salesforce', '/api/v1/connectors/salesforce/versions', { items: [] }, 'There is no such connector'],
  ['receivers', '/api/v1/alert-receivers', { items: [] }, 'Nobody is told'],
  ['audit', '/api/v1/audit', { items: [] }, 'Nothing was done yet'],
  ['tokens', '/api/v1/tokens', { items: [] }, 'No token was made'],
  ['keys', '/api/v1/keys', { ...keys, tenants: [] }, 'Nothing was sealed yet'],
];

it.each(OF_HOST)('%s of the host says that nothing is there, and shows a refusal', async (path, asked, nothing, words) => {
  try {
    host.answers.set(asked, nothing);
    const { page, wrong } = await visit(browser, `${host.url}/console/${path}`);
    await page.getByText(words).waitFor();
    expect(wrong).toEqual([]);
    host.answers.set(asked, { status: 503, detail: 'The store is busy.', code: 'host.unavailable', remedy: 'Try again later.' });
    await page.reload();
    await page.getByText('The store is busy.').first().waitFor();
    await page.getByRole('button', { name: 'Try again' }).first().waitFor();
    await page.context().close();
  } finally {
    host.answers.delete(asked);
  }
});

it('says what an address leads to where nothing is', async () => {
  for (const [path, words] of [['t/acme/hooks/desk/gone', 'There is no such hook'], ['t/acme/connections/gone', 'There is no such connection'], ['nowhere', 'Nothing is here']] as const) {
    const { page, wrong } = await visit(browser, `${host.url}/console/${path}`);
    await page.getByText(words).waitFor();
    expect(wrong).toEqual([]);
    await page.context().close();
  }
});

it('offers its line for the command line on every page, and none that is empty', async () => {
  const { page } = await visit(browser, host.url + '/console/');
  for (const [path, title] of PAGES) {
    await page.goto(`${host.url}/console/${path}`);
    await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
    await page.locator('.page-actions').getByRole('button', { name: /^Copy as CLI: tieline \w/ }).waitFor();
  }
  await page.context().close();
});

it('fits a small screen, page by page', async () => {
  const { page } = await visit(browser, host.url + '/console/', { viewport: { width: 420, height: 900 } });
  const wide: string[] = [];
  for (const [path, title, words] of PAGES) {
    await page.goto(`${host.url}/console/${path}`);
    await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
    await page.getByText(words).first().waitFor();
    if (!(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))) wide.push(path);
  }
  expect(wide).toEqual([]);
  await page.context().close();
});

it.each([...EMPTY.map(([path]) => path), 'events/unknown', 'installations/unknown', 'hooks/desk/unknown', 'connections/unknown', 'subscriptions/unknown'])('%s shows a refusal with its remedy', async (path) => {
  const name = path.split('/')[0];
  const refused = { status: 503, detail: 'The store is busy.', code: 'host.unavailable', remedy: 'Try again later.' };
  for (const of of [name, `${name}/unknown`, ...(name === 'receivers' ? ['alert-receivers'] : [])]) host.answers.set(`/api/v1/tenants/refused/${of}`, refused);
  const { page } = await visit(browser, `${host.url}/console/t/refused/${path}`);
  await page.getByText('The store is busy.').first().waitFor();
  await page.getByText('Try again later.').first().waitFor();
  await page.context().close();
});
