// Everything that pages change at the host.

import { api, unwrap } from './http';
import type { ConnectionDocument, Grant, InstallationDocument, Proposal, Right } from './model';

/** What a connector's schema allows, as the document of the API writes it: an object that it says nothing about. */
type Json = never;

export interface Connected {
  tenant: string;
  connection: string;
}
export interface Installed {
  tenant: string;
  installation: string;
}

export const createTenant = (tenant: { id: string; name: string }) =>
  unwrap(api.PUT('/api/v1/tenants/{tenant}', { params: { path: { tenant: tenant.id } }, body: { tenant } }));

export const putConnection = ({ document, ...path }: Connected & { document: ConnectionDocument }) =>
  unwrap(api.PUT('/api/v1/tenants/{tenant}/connections/{connection}', { params: { path }, body: document }));
export const testConnection = (path: Connected) => unwrap(api.POST('/api/v1/tenants/{tenant}/connections/{connection}/test', { params: { path } }));
export const signIn = ({ tenant, connection, ...body }: Connected & { service: boolean; return_to?: string }) =>
  unwrap(api.POST('/api/v1/tenants/{tenant}/connections/{connection}/sign-ins', { params: { path: { tenant, connection } }, body }));
export const askConsent = ({ tenant, connection, ...body }: Connected & { return_to?: string }) =>
  unwrap(api.POST('/api/v1/tenants/{tenant}/connections/{connection}/consents', { params: { path: { tenant, connection } }, body }));
export const acceptConsent = ({ by, ...path }: Connected & { by: string }) =>
  unwrap(api.POST('/api/v1/tenants/{tenant}/connections/{connection}/consent/accept', { params: { path }, body: { by } }));
export const signOutPerson = (path: Connected & { user: string }) =>
  unwrap(api.DELETE('/api/v1/tenants/{tenant}/connections/{connection}/people/{user}', { params: { path } }));

export const putInstallation = ({ document, ...path }: Installed & { document: InstallationDocument }) =>
  unwrap(api.PUT('/api/v1/tenants/{tenant}/installations/{installation}', { params: { path }, body: document as Json }));
export const putGrant = ({ grant, ...path }: Installed & { grant: Grant }) =>
  unwrap(api.PUT('/api/v1/tenants/{tenant}/installations/{installation}/grant', { params: { path }, body: grant }));
export const previewPlan = ({ proposal, ...path }: Installed & { proposal: Proposal }) =>
  unwrap(api.POST('/api/v1/tenants/{tenant}/installations/{installation}/plan/preview', { params: { path }, body: proposal as Json }));
export const check = (path: Installed) => unwrap(api.POST('/api/v1/tenants/{tenant}/installations/{installation}/check', { params: { path } }));
export const pause = (path: Installed) => unwrap(api.POST('/api/v1/tenants/{tenant}/installations/{installation}/pause', { params: { path } }));
export const resume = (path: Installed) => unwrap(api.POST('/api/v1/tenants/{tenant}/installations/{installation}/resume', { params: { path } }));

export interface Asked {
  action: string;
  input: Record<string, unknown>;
  record?: [string, string];
  as?: string;
}
/** Asking twice, as a browser may, does it once. */
export const act = ({ tenant, installation, action, ...body }: Installed & Asked) =>
  unwrap(api.POST('/api/v1/tenants/{tenant}/installations/{installation}/actions/{action}', {
    params: { path: { tenant, installation, action } }, body: { idempotency_key: crypto.randomUUID(), ...body },
  }));

export const replayOne = ({ as_new, ...path }: { tenant: string; event: string; as_new: boolean }) =>
  unwrap(api.POST('/api/v1/tenants/{tenant}/events/{event}/replay', {
    params: { path }, body: as_new ? { as_new, idempotency_key: crypto.randomUUID() } : { as_new },
  }));

/** All pages of a replay, one after another. */
export async function replayGroup({ tenant, fingerprint, dry_run }: { tenant: string; fingerprint: string; dry_run: boolean }) {
  const sum = { matched: 0, replayed: 0 };
  let after: string | undefined;
  do {
    const body = { filter: { fingerprint }, how: {}, dry_run, ...(after ? { after } : {}) };
    const page = await unwrap(api.POST('/api/v1/tenants/{tenant}/events/replay', { params: { path: { tenant } }, body }));
    sum.matched += page.matched;
    sum.replayed += page.replayed;
    after = page.next;
  } while (after);
  return sum;
}

export const createToken = (body: { name: string; rights: Right[]; lasts_s: number }) => unwrap(api.POST('/api/v1/tokens', { body }));
export const revokeToken = (token: string) => unwrap(api.DELETE('/api/v1/tokens/{token}', { params: { path: { token } } }));
