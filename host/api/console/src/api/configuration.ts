// What is configured, and how pages change it: each under the edition that was seen.

import { api, unwrap } from './http';
import type { ConnectionDocument, Grant, InstallationDetail, InstallationDocument } from './model';
import { changed, expecting, seen, type Seen } from './seen';

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
/** The edition that somebody changes; absent: there must be nothing yet. */
export interface Edition {
  etag?: string | undefined;
}
/** The edition that somebody removes. */
export type Gone<Path> = Path & { etag: string };

const TENANT = '/api/v1/tenants/{tenant}';
const CONNECTION = '/api/v1/tenants/{tenant}/connections/{connection}';
const INSTALLATION = '/api/v1/tenants/{tenant}/installations/{installation}';

export const readTenant = (tenant: string, signal?: AbortSignal) => seen(api.GET(TENANT, { params: { path: { tenant } }, ...(signal ? { signal } : {}) }));
export const readConnection = (path: Connected, signal?: AbortSignal): Promise<Seen<ConnectionDocument>> =>
  seen(api.GET(CONNECTION, { params: { path }, ...(signal ? { signal } : {}) })) as Promise<Seen<ConnectionDocument>>;
export const readInstallation = (path: Installed, signal?: AbortSignal): Promise<Seen<InstallationDetail>> =>
  seen(api.GET(INSTALLATION, { params: { path }, ...(signal ? { signal } : {}) })) as Promise<Seen<InstallationDetail>>;

export const createTenant = (tenant: { id: string; name: string }) =>
  unwrap(api.PUT(TENANT, { params: { path: { tenant: tenant.id } }, headers: expecting(undefined), body: { tenant } }));
export const removeTenant = ({ etag, tenant }: Gone<{ tenant: string }>) =>
  unwrap(api.DELETE(TENANT, { params: { path: { tenant } }, headers: expecting(etag) }));

export const putConnection = ({ document, etag, ...path }: Connected & Edition & { document: ConnectionDocument }) =>
  changed(unwrap(api.PUT(CONNECTION, { params: { path }, headers: expecting(etag), body: document })), () => readConnection(path));
export const removeConnection = ({ etag, ...path }: Gone<Connected>) =>
  unwrap(api.DELETE(CONNECTION, { params: { path }, headers: expecting(etag) }));

export const putInstallation = ({ document, etag, ...path }: Installed & Edition & { document: InstallationDocument }) =>
  changed(unwrap(api.PUT(INSTALLATION, { params: { path }, headers: expecting(etag), body: document as Json })), () => readInstallation(path));
export const putGrant = ({ grant, etag, ...path }: Installed & Edition & { grant: Grant }) =>
  changed(unwrap(api.PUT('/api/v1/tenants/{tenant}/installations/{installation}/grant', { params: { path }, headers: expecting(etag), body: grant })), () => readInstallation(path));
export const removeInstallation = ({ etag, ...path }: Gone<Installed>) =>
  unwrap(api.DELETE(INSTALLATION, { params: { path }, headers: expecting(etag) }));
