// From an empty host to events that arrive; what somebody else did meanwhile; what ended.

import { describe, expect, it } from 'vitest';
import { alerts, connection, events, installation } from './fixtures';
import { shot } from './shots';
import { stage } from './stage';

const on = stage('/console/');
const { button, open } = on;
const OF = '/api/v1/tenants/acme';
const page = (items: unknown[]) => ({ items });
const fresh = (connections: string[] = []) => page([{ id: 'acme', name: 'Acme Ltd', connections, installations: [] }]);
const quiet = () => ['alerts', 'connections', 'installations', 'subscriptions', 'dead-letters', 'calendar'].forEach((list) => on.host.answers.set(`${OF}/${list}`, page([])));

describe('a host with nothing on it', () => {
  const steps = () => on.page.getByRole('region', { name: 'First steps' });

  it('leads from one step to the next, and ticks what is done', async () => {
    on.host.answers.set('/api/v1/tenants', page([]));
    on.host.answers.set('/api/v1/connectors', page([]));
    on.host.answers.set('/api/v1/alerts', page([]));
    quiet();
    await open('');
    await steps().getByRole('link', { name: 'Create a tenant' }).waitFor();
    await shot(on.page, 'first-steps.light');
    expect(await steps().getByRole('link', { name: 'Enable the connector' }).count()).toBe(0);
    await steps().getByRole('link', { name: 'Create a tenant' }).click();
    await on.page.getByLabel('Name', { exact: true }).fill('Acme Ltd');
    on.host.answers.set('/api/v1/tenants', fresh());
    await button('Create tenant').click();
    await on.page.getByRole('heading', { level: 1, name: 'Connections' }).waitFor();

    await on.page.getByRole('link', { name: 'Needs attention', exact: true }).click();
    await steps().getByText('Create a tenant, done').waitFor();
    await steps().getByRole('link', { name: 'Connect Microsoft' }).click();
    await on.page.getByLabel('Directory (tenant) ID').waitFor();

    on.host.answers.set('/api/v1/tenants', fresh(['microsoft']));
    await on.page.getByRole('link', { name: 'Needs attention', exact: true }).click();
    await steps().getByRole('link', { name: 'Upload a connector' }).click();
    on.host.answers.delete('/api/v1/connectors');
    await on.page.getByText('Choose a file').waitFor();
    await on.page.goto(`${on.host.url}/console/`);
    await steps().getByRole('link', { name: 'Enable the connector' }).waitFor();
    await shot(on.page, 'first-steps-last.light');
    await steps().getByRole('link', { name: 'Enable the connector' }).click();
    await on.page.getByRole('heading', { level: 1, name: 'Enable a connector' }).waitFor();
  });

  it('offers no step to somebody who may not take it', async () => {
    on.host.rights = [{ role: 'viewer', tenant: 'acme' }];
    on.host.answers.set('/api/v1/tenants', fresh());
    quiet();
    await open('');
    await on.page.getByText('Nothing needs you').waitFor();
    expect(await steps().count()).toBe(0);
    expect(await on.page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Keys' }).count()).toBe(0);
  });
});

it('shows an event as it arrives, and marks it', async () => {
  await open('t/acme/events');
  await on.page.getByText('Parked: salesforce').waitFor();
  expect(await on.page.locator('.tag.new').count()).toBe(0);
  const arrived = { id: '0198c2f0-aaaa-7bbb-8ccc-00000000000f', installation: 'desk', received: Date.now() + 1_000, state: 'pending', attempts: 0, summary: 'webhook message, POST' };
  on.host.answers.set(`${OF}/events`, page([arrived, ...events]));
  on.host.tell('event', { kind: 'event', event: arrived });
  await on.page.getByText('webhook message, POST').waitFor();
  expect(await on.page.locator('tr', { has: on.page.locator('.tag.new') }).count()).toBe(1);
  await on.page.getByText('1 event came since this page was opened.').waitFor({ state: 'attached' });
  await shot(on.page, 'event-arrived.light');
});

describe('when somebody else was there first', () => {
  it('shows theirs beside mine, and keeps mine over theirs when told so', async () => {
    await open('t/acme/connections/microsoft?tab=edit');
    await on.page.getByLabel('Client Secret').fill('hunter2');
    on.host.editions.set(`${OF}/connections/microsoft`, 'e2');
    on.host.answers.set(`GET ${OF}/connections/microsoft`, { ...connection, name: 'Microsoft, by Grace' });
    await button('Save').click();
    await on.page.getByText('Somebody else changed this meanwhile.').waitFor();
    await button('Look at theirs').click();
    await on.page.getByRole('cell', { name: 'Microsoft, by Grace' }).waitFor();
    await on.page.getByRole('cell', { name: 'a new one' }).waitFor();
    await shot(on.page, 'overtaken.light');
    expect(await on.page.getByText('hunter2').count()).toBe(0);
    await button('Keep mine').click();
    await on.page.getByText('Saved.').waitFor();
    expect(on.host.changed.map(({ match }) => match)).toEqual(['"e1"', '"e2"']);
    expect(on.host.changed[1]?.body).toMatchObject({ name: 'Microsoft of Acme', client_secret: 'hunter2' });
  });

  it('takes theirs, and nothing of mine is left', async () => {
    await open('t/acme/installations/desk?tab=config');
    await button('Business up').click();
    on.host.editions.set(`${OF}/installations/desk`, 'e2');
    const theirs = installation('desk');
    on.host.answers.set(`GET ${OF}/installations/desk`, { ...theirs, configuration: { ...theirs.configuration, config: { directory: { phones: ['fax'] } } } });
    await button('Save configuration').click();
    await button('Take theirs').click();
    await expect.poll(() => on.page.locator('.ordered-item').allInnerTexts().then((rows) => rows.map((row) => /Fax|Business|Mobile/.exec(row)?.[0]))).toEqual(['Fax']);
    expect(on.host.changed).toHaveLength(1);
  });

  it('says so of rights, and approves mine on top of theirs', async () => {
    await open('t/acme/installations/deal-desk?tab=rights');
    await on.page.getByLabel('Grant User.Read.All').check();
    on.host.editions.set(`${OF}/installations/deal-desk`, 'e7');
    await button('Approve these rights').click();
    await button('Keep mine').click();
    await expect.poll(() => on.host.changed.map(({ match }) => match)).toEqual(['"e1"', '"e7"']);
  });
});

describe('what ended', () => {
  it('leads from its alert to the field for a new secret, which is tested there', async () => {
    await open('');
    await on.page.getByRole('listitem').filter({ hasText: 'does not know the client secret' }).getByRole('link', { name: 'Enter a new one' }).click();
    await expect.poll(() => on.page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('password');
    await on.page.keyboard.type('new-secret');
    on.host.answers.set(`${OF}/connections/salesforce/test`, { connection: 'salesforce', provider: 'salesforce', stages: [{ name: 'token', verdict: 'ok', duration_ms: 80 }] });
    await button('Save').click();
    await button('Test connection').click();
    await on.page.getByText('Credential', { exact: true }).waitFor();
    await shot(on.page, 'secret-mended.light');
    expect(on.host.changed[0]?.body).toMatchObject({ client_secret: 'new-secret' });
    on.host.answers.set(`${OF}/alerts`, page(alerts.slice(1)));
    await on.page.getByRole('link', { name: 'Needs attention', exact: true }).click();
    await on.page.getByText('does not know the client secret').waitFor({ state: 'detached' });
  });

  it('stands on every page from fifteen days before, and leads there too', async () => {
    await open('t/acme/schedules');
    const bar = on.page.locator('.bar');
    await bar.getByText('ends in 11 days').waitFor();
    await bar.getByRole('link', { name: 'Enter a new one' }).click();
    await expect.poll(() => on.page.url()).toContain('field=client_secret');
  });
});

it('takes nothing that was typed for one connection to another', async () => {
  await open('t/acme/connections/salesforce?tab=edit');
  await on.page.getByLabel('Consumer Secret').fill('for-salesforce');
  await on.page.locator('.bar').getByRole('link', { name: 'Enter a new one' }).click();
  await on.page.getByRole('heading', { level: 1, name: 'microsoft' }).waitFor();
  await on.page.getByLabel('Client Secret').waitFor();
  expect(await on.page.getByLabel('Client Secret').inputValue()).toBe('');
  expect(await on.page.getByLabel('Directory (tenant) ID').inputValue()).toBe(connection.directory_id);
});

it('shows all tenants where none is chosen, and goes back to them', async () => {
  await open('');
  await on.page.getByRole('button', { name: /All tenants/ }).click();
  await on.page.getByRole('option', { name: /Acme Ltd/ }).click();
  await on.page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
  await on.page.getByRole('button', { name: /Acme Ltd/ }).click();
  await on.page.getByRole('option', { name: 'All tenants' }).click();
  await on.page.getByRole('heading', { level: 1, name: 'Needs attention' }).waitFor();
});

it('sends a change again when the line breaks, under the same key', async () => {
  await open('t/acme/installations/deal-desk');
  let broken = 0;
  await on.page.route('**/check', (route) => (broken++ === 0 ? route.abort('connectionreset') : route.continue()));
  await button(/^Check$/).click();
  await on.page.locator('.stage').waitFor();
  expect(broken).toBe(2);
  expect(on.host.changed).toHaveLength(1);
});
