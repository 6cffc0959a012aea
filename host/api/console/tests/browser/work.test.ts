// What an operator does, by clicks and keys only, and what the host is asked for then.

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launch, visit } from './browser';
import { EVENT } from './fixtures';
import { start, type Host } from './host';
import { shot } from './shots';

let browser: Browser;
let host: Host;
let page: Page;
let wrong: string[];
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
beforeEach(async () => {
  host = await start();
});
afterEach(async () => {
  expect(wrong).toEqual([]);
  await page.context().close();
  await host.stop();
});

const OF = '/api/v1/tenants/acme';
async function open(path: string, options = {}): Promise<void> {
  ({ page, wrong } = await visit(browser, `${host.url}/console/${path}`, options));
}
const button = (name: string | RegExp) => page.getByRole('button', { name });
const asked = () => host.changed.map(({ method, path }) => `${method} ${path}`);

describe('signing in', () => {
  it('with a token, which nothing keeps, and goes on where one wanted to go', async () => {
    host.signedIn = false;
    await open('t/acme/schedules');
    await page.getByRole('heading', { name: 'Sign in to this host' }).waitFor();
    await shot(page, 'sign-in.light');
    await page.getByLabel('Or with a token').fill('tl_wrong');
    await button('Use token').click();
    await page.getByText('The token is none of this host.').waitFor();
    await page.getByLabel('Or with a token').fill('tl_right');
    await button('Use token').click();
    await page.getByRole('heading', { name: 'Schedules' }).waitFor();
    const kept = await page.evaluate(() => JSON.stringify([{ ...window.localStorage }, { ...window.sessionStorage }, document.cookie, location.href]));
    expect(kept).not.toContain('tl_');
  });

  it('never leads to another site', async () => {
    host.signedIn = false;
    await open('sign-in?back=//evil.example/x');
    await page.getByLabel('Or with a token').fill('tl_right');
    await button('Use token').click();
    await page.getByRole('heading', { name: 'Needs attention' }).waitFor();
    expect(page.url()).toBe(`${host.url}/console/`);
  });
});

it('creates a tenant, whose id follows from its name', async () => {
  await open('tenants');
  await page.getByRole('link', { name: 'Create a tenant' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Ärzte GmbH');
  expect(await page.getByLabel('Id', { exact: true }).inputValue()).toBe('arzte');
  await button('Create tenant').click();
  await page.getByRole('heading', { name: 'Connections' }).waitFor();
  expect(host.changed[0]).toMatchObject({ method: 'PUT', path: '/api/v1/tenants/arzte', body: { tenant: { id: 'arzte', name: 'Ärzte GmbH' } }, csrf: 'csrf-1' });
});

it('does not write over a tenant that there is', async () => {
  await open('tenants/new');
  await page.getByLabel('Name', { exact: true }).fill('Acme');
  await page.getByText('There is a tenant with this id already.').waitFor();
  expect(await button('Create tenant').isDisabled()).toBe(true);
});

it('tests a connection, and changes its secret without seeing the old one', async () => {
  await open('t/acme/connections/microsoft');
  await button('Test connection').click();
  await page.getByText('Failed to request refresh token').waitFor();
  await shot(page, 'connection-tested.light');
  await page.getByRole('tab', { name: 'Consent' }).click();
  await page.getByText('between 10 minutes and 2 hours').waitFor();
  await shot(page, 'connection-consent.light');
  await button('Accept and continue enabling').click();
  await page.getByRole('tab', { name: 'Change' }).click();
  await page.getByLabel('Client Secret').fill('new-secret');
  await button('Save').click();
  await page.getByText('Saved.').waitFor();
  expect(await page.getByLabel('Client Secret').inputValue()).toBe('');
  expect(asked()).toEqual([`POST ${OF}/connections/microsoft/test`, `POST ${OF}/connections/microsoft/consent/accept`, `PUT ${OF}/connections/microsoft`]);
  expect(host.changed[2]?.body).toMatchObject({ provider: 'microsoft', client_secret: 'new-secret', directory_id: '9f8e7d6c-0000-4000-8000-00000000acme' });
});

it('approves a right that a new version asks for, and only that', async () => {
  await open('t/acme/installations/deal-desk?tab=rights');
  await page.getByText('asks for 1 right').waitFor();
  expect(await button('Approve these rights').isDisabled()).toBe(false);
  await page.getByLabel('Grant User.Read.All').check();
  await button('Approve these rights').click();
  await expect.poll(() => host.changed[0]?.body).toMatchObject({ graph: ['ChannelMessage.Read.All', 'User.Read.All'], connections: ['salesforce'], http: [] });
  expect(asked()).toEqual([`PUT ${OF}/installations/deal-desk/grant`]);
});

it('puts telephone types in order, by keyboard alone', async () => {
  await open('t/acme/installations/desk?tab=config');
  await page.locator('.ordered-item').first().focus();
  // To the second row, past its handle, to its arrow.
  for (const key of ['ArrowDown', 'Tab', 'Tab', 'Enter']) await page.keyboard.press(key);
  await button('+ Fax').press('Enter');
  await button('Save configuration').click();
  await expect.poll(() => (host.changed[0]?.body as { config: unknown } | undefined)?.config).toEqual({ directory: { phones: ['business', 'mobile', 'fax'] } });
});

it('drags a telephone type to its place', async () => {
  await open('t/acme/installations/desk?tab=config');
  const rows = page.locator('.ordered-item');
  await rows.nth(1).dragTo(rows.nth(0), { sourcePosition: { x: 60, y: 16 }, targetPosition: { x: 60, y: 2 } });
  await expect.poll(() => rows.allInnerTexts().then((texts) => texts.map((text) => /Business|Mobile/.exec(text)?.[0]))).toEqual(['Business', 'Mobile']);
});

it('finds what is wrong in a configuration at its field, and previews the plan of a right one', async () => {
  host.answers.set(`PUT ${OF}/installations/deal-desk`, { status: 422, detail: 'What was given is not valid; nothing was changed.', code: 'document.invalid', errors: [{ code: 'salesforce.rule-twice', message: 'two rules have this name', field: '/config/deal_desk/1/name' }] });
  await open('t/acme/installations/deal-desk?tab=config');
  await button('Preview the plan').click();
  await page.getByText('What the connector would want to exist').waitFor();
  await button('Save configuration').click();
  await page.locator('#config_deal_desk_1_name__error').getByText('Two rules have this name.').waitFor();
});

it('warns before case notes move between OneNote and the vault', async () => {
  host.answers.set(`POST ${OF}/installations/cases/actions/set-integration`, { output: { mode: 'ms_onenote__v' } });
  await open('t/acme/installations/cases?tab=actions');
  await page.getByRole('radio', { name: /^MS OneNote/ }).check();
  await page.getByText('is not recommended').waitFor();
  await shot(page, 'vault-mode-warning.light');
  expect(await button('Save').isDisabled()).toBe(true);
  await page.getByText('I have read this').click();
  await button('Save').click();
  await page.getByText('The integration is set.').waitFor();
  expect(host.changed[0]?.body).toMatchObject({ input: { mode: 'ms_onenote__v', confirmed: true } });
});

it('counts before it delivers dead letters again', async () => {
  await open('t/acme/dead-letters');
  await button('Replay…').click();
  await page.getByText('37 events').first().waitFor();
  expect((host.changed[0]?.body as { dry_run: boolean }).dry_run).toBe(true);
  await shot(page, 'replay.light');
  await button('Deliver again').click();
  await page.getByText('37 events are delivered again.').waitFor();
  expect((host.changed[1]?.body as { dry_run: boolean }).dry_run).toBe(false);
});

describe('the keyboard', () => {
  it('goes to sections by two keys, and anywhere by name', async () => {
    await open('t/acme/events');
    await page.getByText('Parked: salesforce').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.getByRole('heading', { name: 'Subscriptions' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('menuitem', { name: /deal-desk/ }).waitFor();
    await page.getByRole('searchbox', { name: 'Where to' }).fill('deal-d');
    await page.getByRole('menuitem', { name: /deal-desk/ }).waitFor();
    await shot(page, 'palette.light');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'deal-desk' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  });

  it('leaves letters alone where somebody writes', async () => {
    await open('t/acme/activity');
    await page.getByText('Conversation Started').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('gs');
    expect(await page.getByRole('searchbox', { name: 'Record' }).inputValue()).toBe('gs');
    expect(page.url()).toContain('/activity');
  });
});

it('copies the line that does the same', async () => {
  await open(`t/acme/events/${EVENT}`, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByRole('button', { name: /^Copy as CLI/ }).first().click();
  await page.getByText('Copied').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`tieline events show ${EVENT} --tenant acme`);
});

it('is used on a small screen too', async () => {
  await open(`t/acme/events/${EVENT}`, { viewport: { width: 420, height: 900 } });
  await page.getByText('Deduplicated').waitFor();
  await shot(page, 'event-small.light');
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});
