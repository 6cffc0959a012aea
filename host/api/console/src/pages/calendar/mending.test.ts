import { expect, it } from 'vitest';
import type { CalendarEntry, ConnectionSummary, SubscriptionSummary } from '../../api/model';
import { mending } from './mending';

const connections: ConnectionSummary[] = [{ name: 'microsoft', provider: 'microsoft', target: 'global', secrets: ['client_secret'] }, { name: 'vault', provider: 'vault', target: 'https://x', secrets: ['username', 'password'] }];
const subscriptions: SubscriptionSummary[] = [{ key: '1f2e', resource: '/chats/19:x/messages', change_types: ['created'], installations: ['desk'] }];
const place = (what: CalendarEntry['what'], name: string, over: Partial<CalendarEntry> = {}) => {
  const entry: CalendarEntry = { what, name, ends: 1, severity: 'warning', banner: false, problem: { code: 'calendar.ends', message: 'm' }, ...over };
  const found = mending('acme', entry, connections, subscriptions);
  return found && { ...found.params, ...found.search, act: found.act };
};

it('leads to the field for another credential', () => {
  expect(place('client-secret', 'microsoft', { connection: 'microsoft' })).toEqual({ tenant: 'acme', connection: 'microsoft', tab: 'edit', field: 'client_secret', act: 'Enter a new one' });
  expect(place('password', 'vault', { connection: 'vault' })).toMatchObject({ field: 'password' });
});

it('asks for the end that nobody knows', () => {
  expect(place('client-secret', 'microsoft', { connection: 'microsoft', ends: undefined as never })).toMatchObject({ field: 'expires_at', act: 'Enter its end' });
});

it('leads to people, subscriptions and events', () => {
  expect(place('sign-in', 'ada@acme.example', { connection: 'microsoft' })).toMatchObject({ connection: 'microsoft', tab: 'people' });
  expect(place('service-sign-in', 'service', { connection: 'microsoft' })).toMatchObject({ tab: 'people' });
  expect(place('subscription', '/chats/19:x/messages')).toMatchObject({ subscription: '1f2e' });
  expect(place('silence', 'desk')).toMatchObject({ installation: 'desk' });
});

it('leads nowhere where nothing is to be done', () => expect(place('subscription', '/chats/19:gone/messages')).toBeUndefined());
