// What each provider's form asks for, in the words of its own pages. The host knows what is needed; this is how to ask.

import type { ConnectionDocument } from '../../api/model';

export interface Asked {
  name: string;
  label: string;
  help?: string;
  secret?: boolean;
  lines?: number;
  optional?: boolean;
  kind?: 'date' | 'url' | 'text';
}

const CLIENT_ID: Asked = { name: 'client_id', label: 'Client ID', help: 'The registered app\u2019s Application (client) ID.' };
const CLIENT_SECRET: Asked = { name: 'client_secret', label: 'Client Secret', help: 'The secret\u2019s value, not its id.', secret: true };
const EXPIRES: Asked = { name: 'expires_at', label: 'Expires at', help: 'When the secret ends. A pink bar stands on every page from fifteen days before.', kind: 'date', optional: true };
const CERTIFICATE: Asked = { name: 'certificate', label: 'Certificate and key', help: 'PEM, both in one text; in place of a client secret.', secret: true, lines: 4, optional: true };

export interface Provider {
  id: string;
  label: string;
  /** The usual name of such a connection. */
  name: string;
  fields: Asked[];
}

export const PROVIDERS: Provider[] = [
  {
    id: 'microsoft',
    label: 'Microsoft',
    name: 'microsoft',
    fields: [
      { name: 'directory_id', label: 'Directory (tenant) ID', help: 'Of the app registration in Entra.' },
      CLIENT_ID,
      { ...CLIENT_SECRET, optional: true },
      CERTIFICATE,
      EXPIRES,
      { name: 'object_id', label: 'Object ID', help: 'Of the app registration; for people.', optional: true },
      { name: 'cloud', label: 'Cloud', help: 'global, us-gov-l4, us-gov-dod, china, or one of this host\u2019s own. global unless said.', optional: true },
    ],
  },
  {
    id: 'salesforce',
    label: 'Salesforce',
    name: 'salesforce',
    fields: [
      { name: 'login_url', label: 'Sign-in address', help: 'https://acme.my.salesforce.com', kind: 'url' },
      { ...CLIENT_ID, label: 'Consumer Key', help: 'The client id of the Connected App.' },
      { ...CLIENT_SECRET, label: 'Consumer Secret', help: 'Of the Connected App.', optional: true },
      { name: 'refresh_token', label: 'Refresh token', help: 'With it the connection acts as the person who signed in.', secret: true, optional: true },
      EXPIRES,
    ],
  },
  {
    id: 'dynamics',
    label: 'Dynamics 365 (Dataverse)',
    name: 'dynamics',
    fields: [
      { name: 'environment_url', label: 'Environment', help: 'https://acme.crm.dynamics.com', kind: 'url' },
      { name: 'directory_id', label: 'Directory (tenant) ID' },
      CLIENT_ID,
      { ...CLIENT_SECRET, optional: true },
      CERTIFICATE,
      EXPIRES,
      { name: 'cloud', label: 'Cloud', help: 'global unless said.', optional: true },
    ],
  },
  {
    id: 'vault',
    label: 'Vault',
    name: 'vault',
    fields: [
      { name: 'url', label: 'Vault', help: 'https://acme.veevavault.com', kind: 'url' },
      { name: 'username', label: 'User name', help: 'Of the integration user.', secret: true },
      { name: 'password', label: 'Password', help: 'A refused one is never tried again by itself: each try counts towards locking the user out.', secret: true },
      EXPIRES,
    ],
  },
  {
    id: 'contact-center',
    label: 'Contact centre',
    name: 'contact-center',
    fields: [
      { name: 'login_url', label: 'Address', help: 'The origin of the contact centre.', kind: 'url' },
      CLIENT_ID,
      CLIENT_SECRET,
      EXPIRES,
    ],
  },
];

export const LICENSING = [
  { value: '', label: 'As the provider has it' },
  { value: 'evaluation', label: 'Evaluation mode: 500 messages a month for each app' },
  { value: 'b', label: 'Production mode: model B, by use' },
  { value: 'a', label: 'Model A: security and compliance, by licences' },
];

/** What is put: what was filled in, and `true` for a secret that is set and was left empty, which stays. */
export function document(provider: Provider, filled: Record<string, string>, before?: ConnectionDocument): ConnectionDocument {
  const secrets = new Set(provider.fields.filter(({ secret }) => secret).map(({ name }) => name));
  const names = ['name', 'licensing', ...provider.fields.map(({ name }) => name)];
  const given = names.flatMap((name): [string, string | true][] => {
    const value = (filled[name] ?? '').trim();
    if (value !== '') return [[name, value]];
    return secrets.has(name) && before?.[name] === true ? [[name, true]] : [];
  });
  return { provider: provider.id, ...Object.fromEntries(given) };
}

/** What may be shown again of a connection: everything but its secrets. Of the end of a secret the day. */
export function known(before: ConnectionDocument | undefined): Record<string, string> {
  const shown = Object.entries(before ?? {}).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return Object.fromEntries(shown.map(([name, value]) => [name, name === 'expires_at' ? value.slice(0, 10) : value]));
}

/** Those that must be filled in and are not; a secret that is set already may stay empty. */
export function missing(provider: Provider, filled: Record<string, string>, before?: ConnectionDocument): string[] {
  return provider.fields
    .filter(({ name, optional }) => !optional && before?.[name] !== true && !(filled[name] ?? '').trim())
    .map(({ label }) => label);
}

/** What a form keeps once it was saved: a secret does not stay in a page any longer than it must. */
export function withoutSecrets(provider: Provider, filled: Record<string, string>): Record<string, string> {
  const secrets = new Set(provider.fields.filter(({ secret }) => secret).map(({ name }) => name));
  return Object.fromEntries(Object.entries(filled).filter(([name]) => !secrets.has(name)));
}

/** A document to look at, by the labels of its form: of a secret only whether it is the one that was set. */
export function masked(put: ConnectionDocument): Record<string, string> {
  const asked = PROVIDERS.find(({ id }) => id === put.provider)?.fields ?? [];
  return Object.fromEntries(Object.entries(put).filter(([name]) => name !== 'provider').map(([name, value]) => {
    const of = asked.find((one) => one.name === name);
    const shown = value === true ? 'as it was set' : of?.secret ? 'a new one' : of?.kind === 'date' ? value.slice(0, 10) : value;
    return [of?.label ?? (name === 'licensing' ? 'Licensing mode' : 'Name'), shown];
  }));
}

/** The field in which the secret stands that a connection signs in with. */
export const secretOf = (provider: string, set: string[]): string | undefined => {
  const asked = PROVIDERS.find(({ id }) => id === provider)?.fields.filter(({ secret }) => secret).map(({ name }) => name) ?? [];
  return ['certificate', 'client_secret', 'password', 'refresh_token'].find((name) => set.includes(name) && asked.includes(name)) ?? asked.find((name) => name !== 'username');
};
