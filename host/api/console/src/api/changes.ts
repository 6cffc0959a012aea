// Everything that pages have the host do, beside changing its configuration.

import type { Connected, Installed } from './configuration';
import { api, unwrap } from './http';
import type { Proposal, Right } from './model';
import { key } from './once';

/** What a connector's schema allows, as the document of the API writes it: an object that it says nothing about. */
type Json = never;

export const testConnection = (path: Connected) => unwrap(api.POST('/api/v1/tenants/{tenant}/connections/{connection}/test', { params: { path } }));
export const signIn = ({ tenant, connection, ...body }: Connected & { service: boolean; return_to?: string }) =>
  unwrap(api.POST('/api/v1/tenants/{tenant}/connections/{connection}/sign-ins', { params: { path: { tenant, connection } }, body }));
export const askConsent = ({ tenant, connection, ...body }: Connected & { return_to?: string }) =>
  unwrap(api.POST('/api/v1/tenants/{tenant}/connections/{connection}/consents', { params: { path: { tenant, connection } }, body }));
export const acceptConsent = ({ by, ...path }: Connected & { by: string }) =>
  unwrap(api.POST('/api/v1/tenants/{tenant}/connections/{connection}/consent/accept', { params: { path }, body: { by } }));
export const signOutPerson = (path: Connected & { user: string }) =>
  unwrap(api.DELETE('/api/v1/tenants/{tenant}/connections/{connection}/people/{user}', { params: { path } }));
export const signEverybodyOut = (path: Connected) =>
  unwrap(api.DELETE('/api/v1/tenants/{tenant}/connections/{connection}/people', { params: { path } }));
export const revokeConnection = (path: Connected) =>
  unwrap(api.POST('/api/v1/tenants/{tenant}/connections/{connection}/revoke', { params: { path } }));

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
    params: { path: { tenant, installation, action } }, body: { idempotency_key: key(), ...body },
  }));

export interface Hooked extends Installed {
  hook: string;
}
/** Address and secret are asked for when somebody wants to see them, and not kept with other answers. */
export const showHook = (path: Hooked) => unwrap(api.GET('/api/v1/tenants/{tenant}/installations/{installation}/hooks/{hook}', { params: { path } }));
export const rotateHook = ({ overlap_s, ...path }: Hooked & { overlap_s: number }) =>
  unwrap(api.POST('/api/v1/tenants/{tenant}/installations/{installation}/hooks/{hook}/rotate', { params: { path }, body: { overlap_s } }));

export const replayOne = ({ as_new, ...path }: { tenant: string; event: string; as_new: boolean }) =>
  unwrap(api.POST('/api/v1/tenants/{tenant}/events/{event}/replay', { params: { path }, body: as_new ? { as_new, idempotency_key: key() } : { as_new } }));

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

/** A test message to somebody who is told of a tenant's alerts, or of the host's. */
export const testReceiver = ({ tenant, receiver }: { tenant?: string | undefined; receiver: string }) => unwrap(tenant === undefined
  ? api.POST('/api/v1/alert-receivers/{receiver}/test', { params: { path: { receiver } } })
  : api.POST('/api/v1/tenants/{tenant}/alert-receivers/{receiver}/test', { params: { path: { tenant, receiver } } }));

export const verifyAudit = (tenant: string | undefined) => unwrap(tenant === undefined
  ? api.GET('/api/v1/audit/verification')
  : api.GET('/api/v1/tenants/{tenant}/audit/verification', { params: { path: { tenant } } }));

/** Other keys: for one tenant, for all, or the master key. */
export const rotateKeys = (body: { tenant?: string; master?: boolean }) => unwrap(api.POST('/api/v1/keys/rotate', { body }));

export const createToken = (body: { name: string; rights: Right[]; lasts_s: number }) => unwrap(api.POST('/api/v1/tokens', { body }));
export const revokeToken = (token: string) => unwrap(api.DELETE('/api/v1/tokens/{token}', { params: { path: { token } } }));
