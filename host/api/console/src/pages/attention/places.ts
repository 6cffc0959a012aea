// Where what an alert is about is mended. Pure: it follows from the alert's name, and from what its problem says.

import type { Alert, ConnectionSummary } from '../../api/model';
import { secretOf } from '../connections/providers';

export interface Place {
  to: string;
  params: Record<string, string>;
  search?: Record<string, string>;
  /** What it is about, and what to press. */
  place: string;
  act: string;
}

interface Of {
  /** Absent for the host's own alerts. */
  tenant?: { id: string; name: string } | undefined;
  alert: Alert;
  connections: ConnectionSummary[];
}

/** A credential was refused or has ended: another one is to be entered. */
const CREDENTIAL = /secret|credential|certificate|password|invalid.client|login|locked/i;
/** Somebody is to sign in. */
const SIGN_IN = /sign-?in|not-signed-in|refresh/i;
const CONSENT = /consent|forbidden|authorization/i;

export function mended({ tenant, alert, connections }: Of): Place {
  if (!tenant) return ofHost(alert);
  const { key, installation, problem } = alert;
  const about = { tenant: tenant.id };
  const named = (what: string) => `${tenant.name} / ${what}`;
  const [family = '', ...rest] = key.split('.');
  const connection = connections.find(({ name }) => name === rest[0]);

  if (family === 'alerts' && rest[0] === 'receiver') return { to: '/t/$tenant/receivers', params: about, place: named(rest.slice(1).join('.')), act: 'Open receivers' };
  if (family === 'sign-in' && connection) return people(tenant, connection);
  if (family === 'expiry' && rest[0] === 'content') return { to: '/t/$tenant/subscriptions', params: about, place: named('subscriptions'), act: 'Open subscriptions' };
  if (family === 'expiry' && connection) return rest.length > 1 ? people(tenant, connection) : secret(tenant, connection);
  if (family === 'connection' && connection) return ofConnection(tenant, connection, problem.code);
  if (family === 'subscriptions') return { to: '/t/$tenant/subscriptions', params: about, place: named('subscriptions'), act: 'Open subscriptions' };
  if (installation === undefined) return { to: '/t/$tenant/events', params: about, place: tenant.name, act: 'Open tenant' };

  const at = named(installation);
  if (family === 'dead-letters') return { to: '/t/$tenant/dead-letters', params: about, place: at, act: 'Look and replay' };
  if (key.startsWith('webhook.refused ')) {
    return { to: '/t/$tenant/hooks/$installation/$hook', params: { ...about, installation, hook: key.slice('webhook.refused '.length) }, place: at, act: 'Open hook' };
  }
  if (family === 'dataset') return { to: '/t/$tenant/datasets', params: about, search: { installation }, place: at, act: 'Open datasets' };
  if (family === 'notifications' || family === 'notification') return { to: '/t/$tenant/subscriptions', params: about, place: at, act: 'Open subscriptions' };
  const page = { to: '/t/$tenant/installations/$installation', params: { ...about, installation }, place: at };
  if (key === 'package.plan-failed' || problem.field !== undefined) return { ...page, search: { tab: 'config' }, act: 'Open configuration' };
  if (key === 'package.load-failed' || key === 'package.migrate-failed') return { ...page, search: { tab: 'version' }, act: 'Choose a version' };
  return { ...page, act: 'Open installation' };
}

type Named = { id: string; name: string };

function ofConnection(tenant: Named, connection: ConnectionSummary, code: string): Place {
  const microsoft = connection.provider === 'microsoft';
  if (microsoft && CONSENT.test(code)) return on(tenant, connection, { tab: 'consent' }, 'Open consent');
  if (microsoft && SIGN_IN.test(code)) return people(tenant, connection);
  return CREDENTIAL.test(code) ? secret(tenant, connection) : on(tenant, connection, { tab: 'test' }, 'Test connection');
}

const on = (tenant: Named, { name }: ConnectionSummary, search: Record<string, string>, act: string): Place =>
  ({ to: '/t/$tenant/connections/$connection', params: { tenant: tenant.id, connection: name }, search, place: `${tenant.name} / ${name}`, act });
const people = (tenant: Named, connection: ConnectionSummary): Place => on(tenant, connection, { tab: 'people' }, 'Open people');

/** The field in which a new credential is entered, with its test below. */
export function secret(tenant: Named, connection: ConnectionSummary): Place {
  const field = secretOf(connection.provider, connection.secrets);
  return on(tenant, connection, { tab: 'edit', ...(field ? { field } : {}) }, 'Enter a new one');
}

function ofHost({ key }: Alert): Place {
  return key.startsWith('alerts.receiver.') ? { to: '/receivers', params: {}, place: 'This host', act: 'Open receivers' } : { to: '/settings', params: {}, place: 'This host', act: 'Open settings' };
}
