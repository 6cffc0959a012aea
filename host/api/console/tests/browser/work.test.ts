// What an operator does, by clicks and keys only, and what the host is asked for then.

import { describe, expect, it } from 'vitest';
import { EVENT } from './fixtures';
import { shot } from './shots';
import { stage } from './stage';

const on = stage('/console/');
const { asked, button, open } = on;

const OF = '/api/v1/tenants/acme';

describe('signing in', () => {
  it('with a token, which nothing keeps, and goes on where one wanted to go', async () => {
    on.host.signedIn = false;
    await open('t/acme/schedules');
    await on.page.getByRole('heading', { name: 'Sign in to this host' }).waitFor();
    await shot(on.page, 'sign-in.light');
    await on.page.getByLabel('Or with a token').fill('tl_wrong');
    await button('Use token').click();
    await on.page.getByText('The token is none of this host.').waitFor();
    await on.page.getByLabel('Or with a token').fill('tl_right');
    await button('Use token').click();
    await on.page.getByRole('heading', { name: 'Schedules' }).waitFor();
    const kept = await on.page.evaluate(() => JSON.stringify([{ ...window.localStorage }, { ...window.sessionStorage }, document.cookie, location.href]));
    expect(kept).not.toContain('tl_');
  });

  it('never leads to another site', async () => {
    on.host.signedIn = false;
    await open('sign-in?back=//evil.example/x');
    await on.page.getByLabel('Or with a token').fill('tl_right');
    await button('Use token').click();
    await on.page.getByRole('heading', { name: 'Needs attention' }).waitFor();
    expect(on.page.url()).toBe(`${on.host.url}/console/`);
  });
});

it('creates a tenant, whose id follows from its name', async () => {
  await open('tenants');
  await on.page.getByRole('link', { name: 'Create a tenant' }).click();
  await on.page.getByLabel('Name', { exact: true }).fill('Ärzte GmbH');
  expect(await on.page.getByLabel('Id', { exact: true }).inputValue()).toBe('arzte');
  await button('Create tenant').click();
  await on.page.getByRole('heading', { name: 'Connections' }).waitFor();
  expect(on.host.changed[0]).toMatchObject({ method: 'PUT', path: '/api/v1/tenants/arzte', body: { tenant: { id: 'arzte', name: 'Ärzte GmbH' } }, csrf: 'csrf-1', noneMatch: '*', match: undefined });
});

it('does not write over a tenant that there is', async () => {
  await open('tenants/new');
  await on.page.getByLabel('Name', { exact: true }).fill('Acme');
  await on.page.getByText('There is a tenant with this id already.').waitFor();
  expect(await button('Create tenant').isDisabled()).toBe(true);
});

it('does not write over a connection or an installation that there is', async () => {
  await open('t/acme/connections/new');
  await on.page.getByText('There is a connection with this name already.').waitFor();
  for (const label of ['Directory (tenant) ID', 'Client ID']) await on.page.getByLabel(label).fill('x');
  expect(await button('Connect').last().isDisabled()).toBe(true);
  await on.page.getByLabel('Connection', { exact: true }).fill('microsoft-2');
  await button('Connect').last().click();
  await expect.poll(() => on.host.changed[0]).toMatchObject({ path: `${OF}/connections/microsoft-2`, noneMatch: '*', match: undefined });

  await on.page.goto(`${on.host.url}/console/t/acme/installations/new?connector=salesforce`);
  await on.page.getByLabel('Installation', { exact: true }).fill('deal-desk');
  await on.page.getByText('There is an installation with this name already.').waitFor();
  expect(await button('Approve its rights and enable').isDisabled()).toBe(true);
  await on.page.getByLabel('Installation', { exact: true }).fill('second-desk');
  await button('Approve its rights and enable').click();
  await expect.poll(() => on.host.changed[1]).toMatchObject({ path: `${OF}/installations/second-desk`, noneMatch: '*', body: { connector: 'salesforce' } });
});

it('tests a connection, and changes its secret without seeing the old one', async () => {
  await open('t/acme/connections/microsoft');
  await button('Test connection').click();
  await on.page.getByText('Failed to request refresh token').waitFor();
  await shot(on.page, 'connection-tested.light');
  await on.page.getByRole('tab', { name: 'Consent' }).click();
  await on.page.getByText('between 10 minutes and 2 hours').waitFor();
  await shot(on.page, 'connection-consent.light');
  await button('Accept and continue enabling').click();
  await on.page.getByRole('tab', { name: 'Change' }).click();
  await on.page.getByLabel('Client Secret').fill('new-secret');
  await button('Save').click();
  await on.page.getByText('Saved.').waitFor();
  expect(await on.page.getByLabel('Client Secret').inputValue()).toBe('');
  expect(asked()).toEqual([`POST ${OF}/connections/microsoft/test`, `POST ${OF}/connections/microsoft/consent/accept`, `PUT ${OF}/connections/microsoft`]);
  expect(on.host.changed[2]).toMatchObject({ match: '"e1"', noneMatch: undefined });
  expect(new Set(on.host.changed.slice(0, 2).map(({ key }) => key)).size).toBe(2);
  expect(on.host.changed[2]?.body).toMatchObject({ provider: 'microsoft', client_secret: 'new-secret', directory_id: '9f8e7d6c-0000-4000-8000-00000000acme' });
});

it('approves a right that a new version asks for, and only that', async () => {
  await open('t/acme/installations/deal-desk?tab=rights');
  await on.page.getByText('asks for 1 right').waitFor();
  expect(await button('Approve these rights').isDisabled()).toBe(false);
  await on.page.getByLabel('Grant User.Read.All').check();
  await button('Approve these rights').click();
  await expect.poll(() => on.host.changed[0]?.body).toMatchObject({ graph: ['ChannelMessage.Read.All', 'User.Read.All'], connections: ['salesforce'], http: [] });
  expect(asked()).toEqual([`PUT ${OF}/installations/deal-desk/grant`]);
});

it('puts telephone types in order, by keyboard alone', async () => {
  await open('t/acme/installations/desk?tab=config');
  await on.page.locator('.ordered-item').first().focus();
  // To the second row, past its handle, to its arrow.
  for (const key of ['ArrowDown', 'Tab', 'Tab', 'Enter']) await on.page.keyboard.press(key);
  // The first has no way up any more: the keyboard stands on its other arrow, and leads back and forth.
  const standsOn = (name: string) => expect.poll(() => on.page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(name);
  await standsOn('Business down');
  await on.page.keyboard.press('Enter');
  await standsOn('Business up');
  await on.page.keyboard.press('Enter');
  await standsOn('Business down');
  await button('+ Fax').press('Enter');
  await button('Save configuration').click();
  await expect.poll(() => (on.host.changed[0]?.body as { config: unknown } | undefined)?.config).toEqual({ directory: { phones: ['business', 'mobile', 'fax'] } });
});

it('moves a rule by its arrow, and the keyboard stays with it', async () => {
  await open('t/acme/installations/deal-desk?tab=config');
  await button('Deal desk: item 1 of 2 down').press('Enter');
  await expect.poll(() => on.page.locator('#config_deal_desk_0_name').inputValue()).toBe('pricing');
  await expect.poll(() => on.page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Deal desk: item 2 of 2 up');
});

it('drags a telephone type to its place', async () => {
  await open('t/acme/installations/desk?tab=config');
  const rows = on.page.locator('.ordered-item');
  await rows.nth(1).dragTo(rows.nth(0), { sourcePosition: { x: 60, y: 16 }, targetPosition: { x: 60, y: 2 } });
  await expect.poll(() => rows.allInnerTexts().then((texts) => texts.map((text) => /Business|Mobile/.exec(text)?.[0]))).toEqual(['Business', 'Mobile']);
});

it('finds what is wrong in a configuration at its field, and previews the plan of a right one', async () => {
  on.host.answers.set(`PUT ${OF}/installations/deal-desk`, { status: 422, detail: 'What was given is not valid; nothing was changed.', code: 'document.invalid', errors: [{ code: 'salesforce.rule-twice', message: 'two rules have this name', field: '/config/deal_desk/1/name' }] });
  await open('t/acme/installations/deal-desk?tab=config');
  await button('Preview the plan').click();
  await on.page.getByText('What the connector would want to exist').waitFor();
  await button('Save configuration').click();
  await on.page.locator('#config_deal_desk_1_name__error').getByText('Two rules have this name.').waitFor();
});

it('warns before case notes move between OneNote and the vault', async () => {
  on.host.answers.set(`POST ${OF}/installations/cases/actions/set-integration`, { output: { mode: 'ms_onenote__v' } });
  await open('t/acme/installations/cases?tab=actions');
  await on.page.getByRole('radio', { name: /^MS OneNote/ }).check();
  await on.page.getByText('is not recommended').waitFor();
  await shot(on.page, 'vault-mode-warning.light');
  expect(await button('Save').isDisabled()).toBe(true);
  await on.page.getByText('I have read this').click();
  await button('Save').click();
  await on.page.getByText('The integration is set.').waitFor();
  expect(on.host.changed[0]?.body).toMatchObject({ input: { mode: 'ms_onenote__v', confirmed: true } });
});

it('counts before it delivers dead letters again', async () => {
  await open('t/acme/dead-letters');
  await button('Replay…').click();
  await on.page.getByText('37 events').first().waitFor();
  expect((on.host.changed[0]?.body as { dry_run: boolean }).dry_run).toBe(true);
  await shot(on.page, 'replay.light');
  await button('Deliver again').click();
  await on.page.getByText('37 events are delivered again.').waitFor();
  expect((on.host.changed[1]?.body as { dry_run: boolean }).dry_run).toBe(false);
});

describe('the keyboard', () => {
  it('goes to sections by two keys, and anywhere by name', async () => {
    await open('t/acme/events');
    await on.page.getByText('Parked: salesforce').waitFor();
    await on.page.keyboard.press('g');
    await on.page.keyboard.press('s');
    await on.page.getByRole('heading', { name: 'Subscriptions' }).waitFor();
    await on.page.keyboard.press('Control+k');
    await on.page.getByRole('menuitem', { name: /deal-desk/ }).waitFor();
    await on.page.getByRole('searchbox', { name: 'Where to' }).fill('deal-d');
    await on.page.getByRole('menuitem', { name: /deal-desk/ }).waitFor();
    await shot(on.page, 'palette.light');
    await on.page.keyboard.press('ArrowDown');
    await on.page.keyboard.press('Enter');
    await on.page.getByRole('heading', { level: 1, name: 'deal-desk' }).waitFor();
    await on.page.keyboard.press('?');
    await on.page.getByRole('dialog', { name: 'Keys' }).waitFor();
  });

  it('leaves letters alone where somebody writes', async () => {
    await open('t/acme/activity');
    await on.page.getByText('Conversation Started').waitFor();
    await on.page.keyboard.press('/');
    await on.page.keyboard.type('gs');
    expect(await on.page.getByRole('searchbox', { name: 'Record' }).inputValue()).toBe('gs');
    expect(on.page.url()).toContain('/activity');
  });
});

it('copies the line that does the same', async () => {
  await open(`t/acme/events/${EVENT}`, { permissions: ['clipboard-read', 'clipboard-write'] });
  await on.page.getByRole('button', { name: /^Copy as CLI/ }).first().click();
  await on.page.getByText('Copied').waitFor();
  expect(await on.page.evaluate(() => navigator.clipboard.readText())).toBe(`tieline events show ${EVENT} --tenant acme`);
});

it('is used on a small screen too', async () => {
  await open(`t/acme/events/${EVENT}`, { viewport: { width: 420, height: 900 } });
  await on.page.getByText('Deduplicated').waitFor();
  await shot(on.page, 'event-small.light');
  expect(await on.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});
