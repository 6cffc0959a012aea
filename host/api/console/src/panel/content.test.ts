import { describe, expect, it } from 'vitest';
import { content } from './content';

describe('a case of a vault', () => {
  const view = {
    case: { id: 'V1', number: 'C-0001', title: 'Pump', status: 'Open', link: 'https://v.example/1' },
    microsoft_integration: 'MS Teams and OneNote',
    channel: { state: 'late', since: '2026-11-22T10:00:00Z', says: 'The request for Teams is taking longer than expected.' },
    notes_kept_in: 'MS OneNote',
    notes: [{ page_id: 'p', title: 'First call', link: 'https://o.example' }],
    meetings: [{ subject: 'Review', start: '2026-11-23T10:00:00Z', join: 'https://t.example' }],
    you: { name: 'Priya Singh' },
  };

  it('has its channel, notes and meetings', () => {
    const found = content(view);
    expect(found.channel?.state).toBe('late');
    expect(found.notes?.list[0]).toMatchObject({ page: 'p', title: 'First call' });
    expect(found.meetings).toHaveLength(1);
    expect(found.about).toEqual([['Number', 'C-0001'], ['Status', 'Open']]);
    expect(found.you).toBe('Priya Singh');
  });

  it('asks whoever is not signed in, and says why', () => {
    const found = content({ sign_in: { needed: true, says: 'Log in to Microsoft', code: 'people.not-signed-in', remedy: 'Sign in.' } });
    expect(found.signIn).toEqual({ code: 'people.not-signed-in', message: 'Log in to Microsoft', remedy: 'Sign in.' });
  });

  it('shows why notes cannot be read, and the rest all the same', () => {
    const found = content({ ...view, notes: { problem: 'The notebook is gone', remedy: 'Ask.' } });
    expect(found.notes?.problem?.message).toBe('The notebook is gone');
    expect(found.channel).toBeDefined();
  });
});

describe('chats of a record', () => {
  const chat = {
    kind: 'chat', id: '19:x', name: 'Deal', open_chat: 'https://t.example/x', connected_by: { id: '1', name: 'Ada' }, connected_at: 'now', member: true,
    join: { allowed: false, code: 'dynamics.already-member', why: 'You are in it' }, disconnect: { allowed: true, because: 'you connected it' },
  };

  it('say what may be done with each, and why not', () => {
    const [first] = content({ places: [chat], older_places: 2 }).places?.list ?? [];
    expect(first?.join.problem?.message).toBe('You are in it');
    expect(first?.disconnect.allowed).toBe(true);
    expect(first?.named).toEqual({ chat_id: '19:x' });
  });

  it('name a channel by its team and its own id', () => {
    const [first] = content({ places: [{ ...chat, kind: 'channel', id: 'c', open_chat: 'https://teams.microsoft.com/l/channel/c/x?groupId=t&tenantId=d' }] }).places?.list ?? [];
    expect(first?.named).toEqual({ team_id: 't', channel_id: 'c' });
  });
});

it.each([undefined, null, 'text', 7, [], { channel: 'none', places: 3, notes: null, meetings: {} }])('makes nothing of %o', (value) => {
  const { channel, places, notes, meetings, conference } = content(value);
  expect({ channel, places, notes, meetings, conference }).toEqual({});
});
