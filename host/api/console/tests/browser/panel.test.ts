// The panel, by clicks only: what an agent does beside a record, and what is asked of the connector then.

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { launch, visit } from './browser';
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

const CASES = '/api/v1/tenants/acme/installations/cases';
const CHATS = '/api/v1/tenants/acme/installations/chats';
const DESK = '/api/v1/tenants/acme/installations/desk';
const available = (action: string, label: string) => ({ action, label, state: { kind: 'available' } });
const refused = (action: string, label: string, message: string) => ({ action, label, state: { kind: 'refused', problem: { code: 'vault.no', message, remedy: 'Ask a Business Admin.' } } });

async function open(path: string, options = {}): Promise<void> {
  ({ page, wrong } = await visit(browser, host.url + path, { viewport: { width: 460, height: 900 }, ...options }));
}

const caseView = (channel: unknown, actions: unknown[]) => ({
  title: 'C-0001 Pump leaks', actions,
  content: {
    case: { id: 'V1', number: 'C-0001', title: 'Pump leaks', status: 'Open', link: 'https://acme.veevavault.com/V1' }, microsoft_integration: 'MS Teams and OneNote',
    channel, notes_kept_in: 'MS OneNote', notes: [{ page_id: 'p1', title: 'First call', link: 'https://onenote.example/p1' }],
    meetings: [{ subject: 'Review with QA', start: '2026-11-23T10:00:00Z', join: 'https://teams.example/j' }], you: { name: 'Priya Singh', representative: true },
  },
});

it('creates a channel, is told that it takes longer than expected, and checks again', async () => {
  const create = [available('create-channel', 'Create Channel'), available('add-note', 'Add a note'), available('read-note', 'Read a note')];
  host.answers.set(`${CASES}/view`, caseView({ state: 'none' }, create));
  host.answers.set(`POST ${CASES}/actions/create-channel`, () => {
    host.answers.set(`${CASES}/view`, caseView({ state: 'creating', since: '2026-11-22T10:00:00Z', says: 'Creating Channel' }, [{ action: 'create-channel', label: 'Creating Channel', state: { kind: 'pending', since: Date.now() } }]));
    return { output: { state: 'creating' } };
  });
  await open('/panel/acme/cases/case__v/V1');
  await shot(page, 'panel-case-none');
  await page.getByRole('button', { name: 'Create Channel' }).click();
  await page.getByText('Creating channel…').waitFor();
  await shot(page, 'panel-case-creating');

  host.answers.set(`${CASES}/view`, caseView({ state: 'late', since: '2026-11-22T10:00:00Z', says: 'The request for Teams is taking longer than expected.' }, [
    { action: 'create-channel', label: 'Creating Channel', state: { kind: 'pending', since: Date.now() } }, available('check-channel', 'Check Again'),
  ]));
  await page.getByText('taking longer than expected').waitFor();
  await shot(page, 'panel-case-late');
  host.answers.set(`POST ${CASES}/actions/check-channel`, () => {
    host.answers.set(`${CASES}/view`, caseView({ state: 'ready', name: 'C-0001 Pump leaks', link: 'https://teams.microsoft.com/l/channel/x', by: 'Priya Singh' }, [available('check-channel', 'Check Again'), ...create.slice(1)]));
    return { output: { state: 'ready' } };
  });
  await page.getByRole('button', { name: 'Check Again' }).click();
  await page.getByRole('link', { name: 'C-0001 Pump leaks' }).waitFor();
  await page.getByText('Conversation Started: MS Teams Channel').waitFor();
  await shot(page, 'panel-case-ready');
  expect(host.changed.map(({ path, csrf }) => [path.split('/').at(-1), csrf])).toEqual([['create-channel', 'csrf-1'], ['check-channel', 'csrf-1']]);
  expect(host.changed[0]?.body).toMatchObject({ input: {}, record: ['case__v', 'V1'] });
});

it('writes a note, and keeps its words when it is refused', async () => {
  host.answers.set(`${CASES}/view`, caseView({ state: 'none' }, [available('add-note', 'Add a note'), refused('create-channel', 'Create Channel', 'this needs MS Teams, and the vault has None')]));
  host.answers.set(`POST ${CASES}/actions/add-note`, { status: 422, detail: 'the notebook is locked', code: 'vault.notebook-locked', remedy: 'try again in a minute' });
  await open('/panel/acme/cases/case__v/V1', { colorScheme: 'dark' });
  await page.getByRole('textbox', { name: 'New note' }).fill('The seal was worn.');
  await page.getByRole('button', { name: 'Add note' }).click();
  await page.getByText('The notebook is locked.').waitFor();
  await shot(page, 'panel-note-refused.dark');
  expect(await page.getByRole('textbox', { name: 'New note' }).inputValue()).toBe('The seal was worn.');
  await page.getByText('Create Channel').click();
  await page.getByText('This needs MS Teams, and the vault has None.').waitFor();
});

it('disconnects one chat, is told why not another, and starts a third', async () => {
  const chat = (name: string, join: unknown, disconnect: unknown, member: boolean) => ({ kind: 'chat', id: `19:${name}`, name, open_chat: 'https://teams.microsoft.com/l/chat/x', connected_by: { id: '1', name: 'Ada Byron' }, connected_at: '2026-11-20T10:00:00Z', member, join, disconnect });
  const no = { allowed: false, code: 'dynamics.not-the-owner', why: 'you do not own the record, and somebody else connected the chat', remedy: 'ask its owner, or Ada Byron' };
  host.answers.set(`${CHATS}/view`, {
    title: 'Teams chats of CAS-01', actions: [available('create-chat', 'Start a chat about this record'), available('connect-chat', 'Connect a chat or channel')],
    content: { record: { table: 'incident', id: 'i1', kind: 'Case', title: 'CAS-01', link: 'https://acme.crm.dynamics.com/i1' }, places: [chat('Pump experts', { allowed: true }, no, false), chat('Spare parts', no, { allowed: true, because: 'you connected it' }, true)], older_places: 0, warning: 'Everybody in the chat sees these fields.' },
  });
  host.answers.set(`POST ${CHATS}/actions/suggest-participants`, { output: { suggested: [{ id: 'p2', name: 'Priya Singh', job_title: 'Engineer', why: 'owns the record', presence: { availability: 'Available', activity: 'Available' } }], without_teams: [{ id: 'p3', name: 'Sam Poe', why_not: 'no Teams licence' }] } });
  await open('/panel/acme/chats/incident/i1');
  await page.getByText('Pump experts').waitFor();
  await page.locator('details.refused', { hasText: 'Disconnect' }).first().click();
  await page.getByText('You do not own the record').waitFor();
  await shot(page, 'panel-chats');
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await page.getByRole('button', { name: 'Start a chat about this record' }).click();
  await page.getByText('no Teams licence').waitFor();
  await page.getByRole('checkbox', { name: /Priya Singh/ }).check();
  await shot(page, 'panel-start-chat');
  await page.getByRole('button', { name: 'Start chat' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  const asked = host.changed.filter(({ path }) => !path.includes('suggest')).map(({ path, body }) => [path.split('/').at(-1), (body as { input: unknown }).input]);
  expect(asked).toEqual([['disconnect-chat', { chat_id: '19:Spare parts' }], ['create-chat', { participants: ['p2'] }]]);
});

it('finds somebody, sees whether they are there, and calls their first number', async () => {
  host.answers.set(`${DESK}/view`, { title: 'Microsoft Teams', actions: [available('disable', 'Turn Teams integration off'), available('list-directory', 'Look somebody up')], content: { enabled: true, conference: { person: 'p', session: 'chat-7', party: 'x', state: 'joined' }, phones: ['mobile', 'business'] } });
  host.answers.set(`POST ${DESK}/actions/list-directory`, { output: { entries: [{ id: 'p2', name: 'Priya Singh', job_title: 'Engineer', department: 'Pumps', phones: [{ type: 'mobile', number: '+44 7700 900123' }, { type: 'business', number: '+44 20 7946 0000' }], presence: { availability: 'Busy', activity: 'InAMeeting' } }, { id: 'p4', name: 'Sam Poe', phones: [], presence: { availability: 'Available', activity: 'Available' } }] } });
  host.answers.set(`POST ${DESK}/actions/call`, { output: { name: 'Priya Singh', number: '+44 7700 900123', type: 'mobile', others: [] } });
  await open('/panel/acme/desk/session/7');
  await page.getByText('You are in a customer').waitFor();
  await page.getByRole('img', { name: 'Busy, In a meeting' }).waitFor();
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  await page.getByRole('link', { name: '+44 7700 900123' }).waitFor();
  await shot(page, 'panel-directory');
  expect(host.changed.find(({ path }) => path.endsWith('/call'))?.body).toMatchObject({ input: { user_id: 'p2' } });
});

it('asks somebody who is not signed in to Microsoft, and shows nothing of the case', async () => {
  const problem = { code: 'people.not-signed-in', message: 'you are not signed in', remedy: 'sign in' };
  host.answers.set(`${CASES}/view`, { title: 'Log in to Microsoft', actions: [], content: { sign_in: { needed: true, says: 'Log in to Microsoft to work this case with Teams, OneNote, calendars and mail.', ...problem } } });
  await open('/panel/acme/cases/case__v/V1');
  await page.getByRole('button', { name: 'Log In' }).waitFor();
  await shot(page, 'panel-log-in');
});

it('an address that is no record says what one is', async () => {
  await open('/panel/acme');
  await page.getByText('This is no record').waitFor();
});
