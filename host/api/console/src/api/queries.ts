// Every question about a tenant, under the key by which its answer is kept. What changes something is in `changes.ts` and
// `configuration.ts`.

import { queryOptions } from '@tanstack/react-query';
import { readConnection, readInstallation, readTenant } from './configuration';
import { api, unwrap } from './http';
import { all, endless, PACE } from './lists';

/** What audit records are chosen by, as the API takes it. */
export interface AuditSelection {
  who?: string | undefined;
  action?: string | undefined;
  target?: string | undefined;
}
/** The audit of a tenant, or of the host. */
export const audit = (tenant: string | undefined, selection: AuditSelection) => endless([tenant ?? 'host', 'audit', selection], (part, signal) => {
  const query = { ...selection, ...part };
  return tenant === undefined ? api.GET('/api/v1/audit', { params: { query }, signal }) : api.GET('/api/v1/tenants/{tenant}/audit', { params: { path: { tenant }, query }, signal });
}, 100);

/** A tenant's whole document, and its edition. */
export const tenantDocument = (tenant: string) => queryOptions({
  queryKey: [tenant, 'document'],
  queryFn: ({ signal }) => readTenant(tenant, signal),
});
/** Who is told of a tenant's alerts, or of the host's and everybody's. */
export const receivers = (tenant?: string) => queryOptions({
  queryKey: [tenant ?? 'host', 'receivers'],
  queryFn: ({ signal }) => all((query) => (tenant === undefined
    ? api.GET('/api/v1/alert-receivers', { params: { query }, signal })
    : api.GET('/api/v1/tenants/{tenant}/alert-receivers', { params: { path: { tenant }, query }, signal }))),
  ...PACE,
});
export const calendar = (tenant: string) => queryOptions({
  queryKey: [tenant, 'calendar'],
  queryFn: ({ signal }) => all((query) => api.GET('/api/v1/tenants/{tenant}/calendar', { params: { path: { tenant }, query }, signal })),
});
export const usage = (tenant: string) => queryOptions({
  queryKey: [tenant, 'usage'],
  queryFn: ({ signal }) => all((query) => api.GET('/api/v1/tenants/{tenant}/usage', { params: { path: { tenant }, query }, signal })),
});
export const hooks = (tenant: string) => queryOptions({
  queryKey: [tenant, 'hooks'],
  queryFn: ({ signal }) => all((query) => api.GET('/api/v1/tenants/{tenant}/hooks', { params: { path: { tenant }, query }, signal })),
  ...PACE,
});

export const alerts = (tenant: string) => queryOptions({
  queryKey: [tenant, 'alerts'],
  queryFn: ({ signal }) => all((query) => api.GET('/api/v1/tenants/{tenant}/alerts', { params: { path: { tenant }, query }, signal })),
  ...PACE,
});
export const connections = (tenant: string) => queryOptions({
  queryKey: [tenant, 'connections'],
  queryFn: ({ signal }) => all((query) => api.GET('/api/v1/tenants/{tenant}/connections', { params: { path: { tenant }, query }, signal })),
});
export const connection = (tenant: string, connection: string) => queryOptions({
  queryKey: [tenant, 'connection', connection],
  queryFn: ({ signal }) => readConnection({ tenant, connection }, signal),
});
export const consent = (tenant: string, connection: string) => queryOptions({
  queryKey: [tenant, 'consent', connection],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/tenants/{tenant}/connections/{connection}/consent', { params: { path: { tenant, connection } }, signal })),
});
export const people = (tenant: string, connection: string) => queryOptions({
  queryKey: [tenant, 'people', connection],
  queryFn: ({ signal }) => all((query) => api.GET('/api/v1/tenants/{tenant}/connections/{connection}/people', { params: { path: { tenant, connection }, query }, signal })),
});

export const installations = (tenant: string) => queryOptions({
  queryKey: [tenant, 'installations'],
  queryFn: ({ signal }) => all((query) => api.GET('/api/v1/tenants/{tenant}/installations', { params: { path: { tenant }, query }, signal })),
  ...PACE,
});
export const installation = (tenant: string, installation: string) => queryOptions({
  queryKey: [tenant, 'installation', installation],
  queryFn: ({ signal }) => readInstallation({ tenant, installation }, signal),
});
export const subscriptions = (tenant: string) => queryOptions({
  queryKey: [tenant, 'subscriptions'],
  queryFn: ({ signal }) => all((query) => api.GET('/api/v1/tenants/{tenant}/subscriptions', { params: { path: { tenant }, query }, signal })),
  ...PACE,
});
export const coverage = (tenant: string, subscription: string) => queryOptions({
  queryKey: [tenant, 'coverage', subscription],
  queryFn: ({ signal }) => all((query) => api.GET('/api/v1/tenants/{tenant}/subscriptions/{subscription}/coverage', { params: { path: { tenant, subscription }, query }, signal })),
});
export const schedules = (tenant: string) => queryOptions({
  queryKey: [tenant, 'schedules'],
  queryFn: ({ signal }) => all((query) => api.GET('/api/v1/tenants/{tenant}/schedules', { params: { path: { tenant }, query }, signal })),
  ...PACE,
});

export interface EventSelection {
  installation?: string | undefined;
  state?: 'pending' | 'done' | 'dead' | undefined;
}
export const events = (tenant: string, selection: EventSelection) => ({
  ...endless([tenant, 'events', selection], (part, signal) =>
    api.GET('/api/v1/tenants/{tenant}/events', { params: { path: { tenant }, query: { ...selection, ...part } }, signal })),
  ...PACE,
});
export const event = (tenant: string, event: string) => queryOptions({
  queryKey: [tenant, 'event', event],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/tenants/{tenant}/events/{event}', { params: { path: { tenant, event } }, signal })),
});
export const deadLetters = (tenant: string) => queryOptions({
  queryKey: [tenant, 'dead-letters'],
  queryFn: ({ signal }) => all((query) => api.GET('/api/v1/tenants/{tenant}/dead-letters', { params: { path: { tenant }, query }, signal })),
  ...PACE,
});
export const activity = (tenant: string, record: { record_kind?: string; record_id?: string }) => endless([tenant, 'activity', record], (part, signal) =>
  api.GET('/api/v1/tenants/{tenant}/activity', { params: { path: { tenant }, query: { ...record, ...part } }, signal }));

export const datasets = (tenant: string, installation: string) => queryOptions({
  queryKey: [tenant, 'datasets', installation],
  queryFn: ({ signal }) => all((query) => api.GET('/api/v1/tenants/{tenant}/installations/{installation}/datasets', { params: { path: { tenant, installation }, query }, signal })),
});

export interface Question {
  by: string[];
  measure: string[];
  where?: string[];
  from?: string;
  to?: string;
}
export const numbers = (tenant: string, installation: string, table: string, question: Question) => queryOptions({
  queryKey: [tenant, 'numbers', installation, table, question],
  queryFn: ({ signal }) => {
    const query = { ...question, by: question.by.join(','), measure: question.measure.join(',') };
    const path = { tenant, installation, table };
    return unwrap(api.GET('/api/v1/tenants/{tenant}/installations/{installation}/datasets/{table}/summary', { params: { path, query }, signal }));
  },
});

export const view = (tenant: string, installation: string, kind: string, id: string) => queryOptions({
  queryKey: [tenant, 'view', installation, kind, id],
  queryFn: ({ signal }) =>
    unwrap(api.GET('/api/v1/tenants/{tenant}/installations/{installation}/view', { params: { path: { tenant, installation }, query: { kind, id } }, signal })),
});
