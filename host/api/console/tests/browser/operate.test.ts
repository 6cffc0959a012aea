// What people do who run a host: hooks, keys, packages, receivers, and ends of things.

import { describe, expect, it } from 'vitest';
import { exchanging } from './fixtures.operators';
import { shot } from './shots';
import { stage } from './stage';

const on = stage('/console/');
const { asked, button, open } = on;
const OF = '/api/v1/tenants/acme';
const COMPONENT = Buffer.from([0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00, 1, 2, 3]);

it('shows a hook’s address when asked, and another one after it was rotated', async () => {
  await open('t/acme/hooks');
  await on.page.getByRole('link', { name: 'stage-moved' }).click();
  await button('Show address and secret').click();
  await on.page.getByText('9mXb2rQ7vT0cKw4yZ1uHn8sLdFgJpE6A').waitFor();
  await on.page.getByText('The address is the secret: show it').waitFor();
  await shot(on.page, 'hook-shown.light');
  await button('Rotate the secret…').click();
  await on.page.getByLabel('The old one is taken too').selectOption('1440');
  await button('Rotate').last().click();
  await on.page.getByText('Wq3kVt8nBz5xRm1cYd7fLg2hJs9pKa4E').waitFor();
  await shot(on.page, 'hook-rotated.light');
  await button('I have it').click();
  await on.page.getByText('Wq3kVt8nBz5xRm1cYd7fLg2hJs9pKa4E').waitFor({ state: 'detached' });
  expect(await on.page.getByText('9mXb2rQ7vT0cKw4yZ1uHn8sLdFgJpE6A').count()).toBe(0);
  expect(on.host.changed[0]?.body).toEqual({ overlap_s: 86_400 });
  expect(on.host.changed[0]?.key).toMatch(/^[0-9a-f]{32}$/);
});

describe('a package', () => {
  it('is uploaded by choosing its file, under the name of its content', async () => {
    await open('connectors');
    await on.page.locator('input[type=file]').setInputFiles({ name: 'salesforce.wasm', mimeType: 'application/wasm', buffer: COMPONENT });
    await expect.poll(() => on.host.changed.length).toBe(1);
    expect(on.host.changed[0]).toMatchObject({ method: 'PUT', body: { bytes: COMPONENT.length }, csrf: 'csrf-1' });
    expect(on.host.changed[0]?.path).toMatch(/^\/api\/v1\/packages\/sha256:[0-9a-f]{64}$/);
  });

  it('that is none is refused before anything is sent', async () => {
    await open('connectors');
    for (const [bytes, words] of [['<html>', 'is no WebAssembly'], ['', 'is empty'], ['\0asm\x01\0\0\0', 'and not a component']] as const) {
      await on.page.locator('input[type=file]').setInputFiles({ name: 'x.wasm', mimeType: 'application/wasm', buffer: Buffer.from(bytes, 'latin1') });
      await on.page.getByText(words).waitFor();
    }
    await shot(on.page, 'upload-refused.light');
    expect(on.host.changed).toEqual([]);
  });

  it('that the host refuses is refused in the host’s words', async () => {
    await open('connectors');
    await on.page.route('**/api/v1/packages/*', (route) => route.fulfill({ status: 422, contentType: 'application/problem+json', body: JSON.stringify({ status: 422, code: 'package.signature', detail: 'No trusted key signed this package.', remedy: 'Ask its vendor for a signed one.' }) }));
    await on.page.locator('input[type=file]').setInputFiles({ name: 'salesforce.wasm', mimeType: 'application/wasm', buffer: COMPONENT });
    await on.page.getByText('No trusted key signed this package.').waitFor();
    await on.page.getByText('Ask its vendor for a signed one.').waitFor();
  });

  it('that is there leads on', async () => {
    await open('connectors', { colorScheme: 'dark' });
    await on.page.route('**/api/v1/packages/*', (route) => route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify({ digest: 'sha256:x', connector: 'salesforce', version: '1.1.0' }) }));
    await on.page.locator('input[type=file]').setInputFiles({ name: 'salesforce.wasm', mimeType: 'application/wasm', buffer: COMPONENT });
    await on.page.getByText('salesforce 1.1.0 is on the host.').waitFor();
    await shot(on.page, 'upload-done.dark');
    await on.page.getByRole('link', { name: 'Look at it' }).click();
    await on.page.getByRole('heading', { level: 1, name: 'salesforce' }).waitFor();
  });
});

it('exchanges a tenant’s key, and sees how far that is until it is over', async () => {
  await open('keys');
  on.host.answers.set('POST /api/v1/keys/rotate', () => {
    on.host.answers.set('/api/v1/keys', exchanging);
    return { begun: ['acme'] };
  });
  await button('Exchange…').first().click();
  await button('Exchange').last().click();
  await on.page.getByText('1 key is being exchanged.').waitFor();
  await button('Close').click();
  await on.page.getByText('18,240 values looked at').waitFor();
  expect(await on.page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('50');
  await shot(on.page, 'keys-exchanging.light');
  on.host.answers.delete('/api/v1/keys');
  await on.page.getByText('18,240 values looked at').waitFor({ state: 'detached' });
  expect(on.host.changed.map(({ path, body }) => [path, body])).toEqual([['/api/v1/keys/rotate', { tenant: 'acme' }]]);
});

it('sends a test to who is told of alerts, and says how far it came', async () => {
  await open('t/acme/receivers');
  await button('Send a test').last().click();
  await on.page.getByText('203.0.113.9').waitFor();
  await shot(on.page, 'receiver-tested.light');
  expect(asked()).toEqual([`POST ${OF}/alert-receivers/pager/test`]);
});

describe('removing', () => {
  it('a tenant says what goes with it, and wants its name', async () => {
    await open('t/acme/tenant');
    await button('Remove…').click();
    const dialogue = on.page.getByRole('dialog', { name: 'Remove the tenant acme' });
    await dialogue.getByText('3 connections with secrets and sign-ins').waitFor();
    await shot(on.page, 'remove-tenant.light');
    await dialogue.getByLabel('Type acme to confirm').fill('acm');
    expect(await button('Remove tenant').isDisabled()).toBe(true);
    await dialogue.getByLabel('Type acme to confirm').fill('acme');
    await button('Remove tenant').click();
    await on.page.getByRole('heading', { level: 1, name: 'Tenants' }).waitFor();
    expect(on.host.changed).toMatchObject([{ method: 'DELETE', path: OF, match: '"e1"' }]);
  });

  it('an installation tells what it left behind', async () => {
    on.host.answers.set(`DELETE ${OF}/installations/deal-desk`, { tenant: 'acme', changes: [{ kind: 'installation', name: 'deal-desk', done: 'removed', details: ['`disable` was not done before the removal: Salesforce answered 503'] }] });
    await open('t/acme/installations/deal-desk?tab=remove', { colorScheme: 'dark' });
    await button('Remove…').click();
    await on.page.getByText('1,204 events that wait for it').waitFor();
    await shot(on.page, 'remove-installation.dark');
    await on.page.getByLabel('Type deal-desk to confirm').fill('deal-desk');
    await on.page.keyboard.press('Enter');
    await on.page.getByText('Salesforce answered 503').waitFor();
    await button('I have read it').click();
    await on.page.getByRole('heading', { level: 1, name: 'Installations' }).waitFor();
  });

  it('a connection that an installation needs is refused in the host’s words', async () => {
    on.host.answers.set(`DELETE ${OF}/connections/salesforce`, { status: 422, code: 'document.invalid', detail: 'What was given is not valid; nothing was changed.', errors: [{ code: 'connection.missing', message: '`deal-desk` needs the connection `salesforce`' }] });
    await open('t/acme/connections/salesforce?tab=remove');
    await button('Remove…').click();
    await on.page.getByLabel('Type salesforce to confirm').fill('salesforce');
    await button('Remove connection').click();
    await on.page.getByText('needs the connection').waitFor();
    expect(on.page.url()).toContain('connections/salesforce');
  });

  it('takes back what a connection gave out', async () => {
    await open('t/acme/connections/microsoft?tab=remove');
    await button('Revoke…').click();
    await on.page.getByLabel('Type microsoft to confirm').fill('microsoft');
    await button('Revoke connection').click();
    await on.page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(asked()).toEqual([`POST ${OF}/connections/microsoft/revoke`]);
  });
});

it('moves an installation to another version, and nothing else of it', async () => {
  const digest = `sha256:${'ab'.repeat(32)}-salesforce`;
  on.host.answers.set('/api/v1/connectors/salesforce/versions', { items: [{ version: '1.2.0', package: digest, minimum_host: '0.1.0', last_used: 1, installations: 0 }] });
  await open('t/acme/installations/deal-desk?tab=version');
  await on.page.getByRole('combobox', { name: 'Version' }).selectOption('1.2.0');
  await button('Move to this version').click();
  await expect.poll(() => on.host.changed.length).toBe(1);
  expect(on.host.changed[0]).toMatchObject({ method: 'PUT', path: `${OF}/installations/deal-desk`, match: '"e1"', body: { id: 'deal-desk', package: digest, grant: { connections: ['salesforce'] } } });
});

it('verifies the chain of the audit, and finds records by whom', async () => {
  await open('t/acme/audit');
  await button('Verify the chain').click();
  await on.page.getByText('The chain is whole: 1,204 records').waitFor();
  await on.page.getByText('What changed').first().click();
  await on.page.getByRole('cell', { name: 'ChannelMessage.Read.All' }).waitFor();
  await shot(on.page, 'audit-verified.light');
  await on.page.getByLabel('Who', { exact: true }).fill('ci');
  await button('Show these').click();
  await expect.poll(() => on.page.url()).toContain('who=ci');
  on.host.answers.set(`${OF}/audit/verification`, { head: { seq: 41, digest: 'sha256:aa' }, broken: { seq: 42, code: 'altered', message: 'it is not as it was written' } });
  await button('Verify the chain').click();
  await on.page.getByText('The chain is broken at record 42').waitFor();
});
