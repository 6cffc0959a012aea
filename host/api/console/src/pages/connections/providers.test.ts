import { expect, it } from 'vitest';
import { document, known, masked, missing, PROVIDERS, secretOf, type Provider } from './providers';

const microsoft = PROVIDERS[0] as Provider;
const before = {
  provider: 'microsoft', directory_id: 'd', client_id: 'c', client_secret: true as const, expires_at: '2027-01-31T00:00:00.000Z',
};

it('keeps a secret that is left empty, and sends a new one', () => {
  const filled = known(before);
  expect(filled).toEqual({ provider: 'microsoft', directory_id: 'd', client_id: 'c', expires_at: '2027-01-31' });
  expect(document(microsoft, filled, before)).toEqual({ ...before, expires_at: '2027-01-31' });
  expect(document(microsoft, { ...filled, client_secret: ' new ' }, before)['client_secret']).toBe('new');
});

it('never sends a secret that nobody set', () => {
  expect('client_secret' in document(microsoft, { directory_id: 'd', client_id: 'c' })).toBe(false);
});

it('says what is still needed', () => {
  expect(missing(microsoft, {})).toEqual(['Directory (tenant) ID', 'Client ID']);
  expect(missing(microsoft, known(before), before)).toEqual([]);
});

it('shows a new secret to nobody, and where it is to be entered', () => {
  const shown = masked({ ...before, client_secret: 'hunter2' });
  expect(shown).toEqual({ 'Directory (tenant) ID': 'd', 'Client ID': 'c', 'Client Secret': 'a new one', 'Expires at': '2027-01-31' });
  expect(JSON.stringify(shown)).not.toContain('hunter2');
  expect(masked(before)['Client Secret']).toBe('as it was set');
  expect(secretOf('microsoft', ['client_secret'])).toBe('client_secret');
  expect(secretOf('microsoft', ['client_secret', 'certificate'])).toBe('certificate');
  expect(secretOf('vault', ['username', 'password'])).toBe('password');
  expect(secretOf('salesforce', [])).toBe('client_secret');
  expect(secretOf('unheard-of', [])).toBeUndefined();
});
