// Every question that pages ask, under the key by which its answer is kept. What changes something is in `changes.ts`.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, untold, unwrap } from './http';
import type { AuditEntry, ConnectionDocument, InstallationDetail, PackageDetail, Page, Plain } from './model';

/** What changes by itself is asked for again so often, beside what the live stream tells of. */
const PACE = { refetchInterval: 15_000 };

/** The largest page that the host gives. */
const LONGEST = 1_000;

type Asked<T> = Promise<{ data?: T; error?: unknown; response: Response }>;
interface Part {
  limit: number;
  after?: string | undefined;
}

/** A list to its end, page by page. */
async function all<T>(page: (query: Part) => Asked<Page<T>>): Promise<Plain<T>[]> {
  const items: Plain<T>[] = [];
  let after: string | undefined;
  do {
    const part = await unwrap(page({ limit: LONGEST, after }));
    items.push(...(part.items as Plain<T>[]));
    after = part.next;
  } while (after !== undefined && after !== null);
  return items;
}

/** A list as long as somebody goes on reading it. */
function endless<T>(queryKey: unknown[], page: (query: Part, signal: AbortSignal) => Asked<Page<T>>, limit = 50) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: async ({ pageParam, signal }) => (await unwrap(page({ limit, after: pageParam }, signal))) as { items: Plain<T>[]; next?: string },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (part) => part.next,
  });
}

export const session = queryOptions({
  queryKey: ['host', 'session'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/session', { signal })),
});
export const tenants = queryOptions({
  queryKey: ['host', 'tenants'],
  queryFn: ({ signal }) => all((query) => api.GET('/api/v1/tenants', { params: { query }, signal })),
});
export const connectors = queryOptions({
  queryKey: ['host', 'connectors'],
  queryFn: ({ signal }) => all((query) => api.GET('/api/v1/connectors', { params: { query }, signal })),
});
export const versions = (connector: string) => queryOptions({
  queryKey: ['host', 'versions', connector],
  queryFn: ({ signal }) => all((query) => api.GET('/api/v1/connectors/{connector}/versions', { params: { path: { connector }, query }, signal })),
});
/** A package is what its address says, for ever. */
export const manifest = (digest: string) => queryOptions({
  queryKey: ['host', 'package', digest],
  queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/packages/{digest}/manifest', { params: { path: { digest } }, signal }))) as PackageDetail,
  staleTime: Infinity,
});
export const tokens = queryOptions({
  queryKey: ['host', 'tokens'],
  queryFn: ({ signal }) => all((query) => api.GET('/api/v1/tokens', { params: { query }, signal })),
});
export const audit = (tenant?: string) => endless([tenant ?? 'host', 'audit'], (query, signal) =>
  untold.GET(tenant ? '/api/v1/tenants/{tenant}/audit' : '/api/v1/audit', { params: { path: { tenant }, query }, signal }) as Asked<Page<AuditEntry>>, 100);

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
  queryFn: async ({ signal }) =>
    (await unwrap(api.GET('/api/v1/tenants/{tenant}/connections/{connection}', { params: { path: { tenant, connection } }, signal }))) as ConnectionDocument,
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
  queryFn: async ({ signal }) =>
    (await unwrap(api.GET('/api/v1/tenants/{tenant}/installations/{installation}', { params: { path: { tenant, installation } }, signal }))) as InstallationDetail,
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
