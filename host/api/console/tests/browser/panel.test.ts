// The panel, by clicks only: what an agent does beside a record, and what is asked of the connector then.

import { expect, it } from 'vitest';
import { shot } from './shots';
import { stage } from './stage';

const on = stage('', { viewport: { width: 460, height: 900 } });

const CASES = '/api/v1/tenants/acme/installations/cases';
const CHATS = '/api/v1/tenants/acme/installations/chats';
const DESK = '/api/v1/tenants/acme/installations/desk';
const available = (action: string, label: string) => ({ action, label, state: { kind: 'available' } });
const refused = (action: string, label: string, message: string) => ({ action, label, state: { kind: 'refused', problem: { code: 'vault.no', message, remedy: 'Ask a Business Admin.' } } });

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
  on.host.answers.set(`${CASES}/view`, caseView({ state: 'none' }, create));
  on.host.answers.set(`POST ${CASES}/actions/create-channel`, () => {
    on.host.answers.set(`${CASES}/view`, caseView({ state: 'creating', since: '2026-11-22T10:00:00Z', says: 'Creating Channel' }, [{ action: 'create-channel', label: 'Creating Channel', state: { kind: 'pending', since: Date.now() } }]));
    return { output: { state: 'creating' } };
  });
  await on.open('/panel/acme/cases/case__v/V1');
  await shot(on.page, 'panel-case-none');
  await on.page.getByRole('button', { name: 'Create Channel' }).click();
  await on.page.getByText('Creating channel…').waitFor();
  await shot(on.page, 'panel-case-creating');

  on.host.answers.set(`${CASES}/view`, caseView({ state: 'late', since: '2026-11-22T10:00:00Z', says: 'The request for Teams is taking longer than expected.' }, [
    { action: 'create-channel', label: 'Creating Channel', state: { kind: 'pending', since: Date.now() } }, available('check-channel', 'Check Again'),
  ]));
  await on.page.getByText('taking longer than expected').waitFor();
  await shot(on.page, 'panel-case-late');
  on.host.answers.set(`POST ${CASES}/actions/check-channel`, () => {
    on.host.answers.set(`${CASES}/view`, caseView({ state: 'ready', name: 'C-0001 Pump leaks', link: 'https://teams.microsoft.com/l/channel/x', by: 'Priya Singh' }, [available('check-channel', 'Check Again'), ...create.slice(1)]));
    return { output: { state: 'ready' } };
  });
  await on.page.getByRole('button', { name: 'Check Again' }).click();
  await on.page.getByRole('link', { name: 'C-0001 Pump leaks' }).waitFor();
  await on.page.getByText('Conversation Started: MS Teams Channel').waitFor();
  await shot(on.page, 'panel-case-ready');
  expect(on.host.changed.map(({ path, csrf }) => [path.split('/').at(-1), csrf])).toEqual([['create-channel', 'csrf-1'], ['check-channel', 'csrf-1']]);
  expect(on.host.changed[0]?.body).toMatchObject({ input: {}, record: ['case__v', 'V1'] });
});

it('writes a note, and keeps its words when it is refused', async () => {
  on.host.answers.set(`${CASES}/view`, caseView({ state: 'none' }, [available('add-note', 'Add a note'), refused('create-channel', 'Create Channel', 'this needs MS Teams, and the vault has None')]));
  on.host.answers.set(`POST ${CASES}/actions/add-note`, { status: 422, detail: 'the notebook is locked', code: 'vault.notebook-locked', remedy: 'try again in a minute' });
  await on.open('/panel/acme/cases/case__v/V1', { colorScheme: 'dark' });
  await on.page.getByRole('textbox', { name: 'New note' }).fill('The seal was worn.');
  await on.page.getByRole('button', { name: 'Add note' }).click();
  await on.page.getByText('The notebook is locked.').waitFor();
  await shot(on.page, 'panel-note-refused.dark');
  expect(await on.page.getByRole('textbox', { name: 'New note' }).inputValue()).toBe('The seal was worn.');
  await on.page.getByText('Create Channel').click();
  await on.page.getByText('This needs MS Teams, and the vault has None.').waitFor();
});

it('disconnects one chat, is told why not another, and starts a third', async () => {
  const chat = (name: string, join: unknown, disconnect: unknown, member: boolean) => ({ kind: 'chat', id: `19:${name}`, name, open_chat: 'https://teams.microsoft.com/l/chat/x', connected_by: { id: '1', name: 'Ada Byron' }, connected_at: '2026-11-20T10:00:00Z', member, join, disconnect });
  const no = { allowed: false, code: 'dynamics.not-the-owner', why: 'you do not own the record, and somebody else connected the chat', remedy: 'ask its owner, or Ada Byron' };
  on.host.answers.set(`${CHATS}/view`, {
    title: 'Teams chats of CAS-01', actions: [available('create-chat', 'Start a chat about this record'), available('connect-chat', 'Connect a chat or channel')],
    content: { record: { table: 'incident', id: 'i1', kind: 'Case', title: 'CAS-01', link: 'https://acme.crm.dynamics.com/i1' }, places: [chat('Pump experts', { allowed: true }, no, false), chat('Spare parts', no, { allowed: true, because: 'you connected it' }, true)], older_places: 0, warning: 'Everybody in the chat sees these fields.' },
  });
  on.host.answers.set(`POST ${CHATS}/actions/suggest-participants`, { output: { suggested: [{ id: 'p2', name: 'Priya Singh', job_title: 'Engineer', why: 'owns the record', presence: { availability: 'Available', activity: 'Available' } }], without_teams: [{ id: 'p3', name: 'Sam Poe', why_not: 'no Teams licence' }] } });
  await on.open('/panel/acme/chats/incident/i1');
  await on.page.getByText('Pump experts').waitFor();
  await on.page.locator('details.refused', { hasText: 'Disconnect' }).first().click();
  await on.page.getByText('You do not own the record').waitFor();
  await shot(on.page, 'panel-chats');
  await on.page.getByRole('button', { name: 'Disconnect' }).click();
  await on.page.getByRole('button', { name: 'Start a chat about this record' }).click();
  await on.page.getByText('no Teams licence').waitFor();
  await on.page.getByRole('checkbox', { name: /Priya Singh/ }).check();
  await shot(on.page, 'panel-start-chat');
  await on.page.getByRole('button', { name: 'Start chat' }).click();
  await on.page.getByRole('dialog').waitFor({ state: 'hidden' });
  const asked = on.host.changed.filter(({ path }) => !path.includes('suggest')).map(({ path, body }) => [path.split('/').at(-1), (body as { input: unknown }).input]);
  expect(asked).toEqual([['disconnect-chat', { chat_id: '19:Spare parts' }], ['create-chat', { participants: ['p2'] }]]);
});

it('finds somebody, sees whether they are there, and calls their first number', async () => {
  on.host.answers.set(`${DESK}/view`, { title: 'Microsoft Teams', actions: [available('disable', 'Turn Teams integration off'), available('list-directory', 'Look somebody up')], content: { enabled: true, conference: { person: 'p', session: 'chat-7', party: 'x', state: 'joined' }, phones: ['mobile', 'business'] } });
  on.host.answers.set(`POST ${DESK}/actions/list-directory`, { output: { entries: [{ id: 'p2', name: 'Priya Singh', job_title: 'Engineer', department: 'Pumps', phones: [{ type: 'mobile', number: '+44 7700 900123' }, { type: 'business', number: '+44 20 7946 0000' }], presence: { availability: 'Busy', activity: 'InAMeeting' } }, { id: 'p4', name: 'Sam Poe', phones: [], presence: { availability: 'Available', activity: 'Available' } }] } });
  on.host.answers.set(`POST ${DESK}/actions/call`, { output: { name: 'Priya Singh', number: '+44 7700 900123', type: 'mobile', others: [] } });
  await on.open('/panel/acme/desk/session/7');
  await on.page.getByText('You are in a customer').waitFor();
  await on.page.getByRole('img', { name: 'Busy, In a meeting' }).waitFor();
  await on.page.getByRole('button', { name: 'Call', exact: true }).click();
  await on.page.getByRole('link', { name: '+44 7700 900123' }).waitFor();
  await shot(on.page, 'panel-directory');
  expect(on.host.changed.find(({ path }) => path.endsWith('/call'))?.body).toMatchObject({ input: { user_id: 'p2' } });
});

it('asks somebody who is not signed in to Microsoft, and shows nothing of the case', async () => {
  const problem = { code: 'people.not-signed-in', message: 'you are not signed in', remedy: 'sign in' };
  on.host.answers.set(`${CASES}/view`, { title: 'Log in to Microsoft', actions: [], content: { sign_in: { needed: true, says: 'Log in to Microsoft to work this case with Teams, OneNote, calendars and mail.', ...problem } } });
  await on.open('/panel/acme/cases/case__v/V1');
  await on.page.getByRole('button', { name: 'Log In' }).waitFor();
  await shot(on.page, 'panel-log-in');
});

it('an address that is no record says what one is', async () => {
  await on.open('/panel/acme');
  await on.page.getByText('This is no record').waitFor();
});
