// Every question about the host as a whole, under the key by which its answer is kept.

import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from './http';
import { all, PACE } from './lists';
import type { KeysSummary, PackageDetail } from './model';

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

/** While keys are exchanged, how far that is by the second. */
export const keys = queryOptions({
  queryKey: ['host', 'keys'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/keys', { signal })) as Promise<KeysSummary>,
  refetchInterval: ({ state }) => (state.data && underWay(state.data) ? 1_000 : false),
});
/** Whether old keys are still there, or being looked for. */
export const underWay = ({ exchange, tenants }: KeysSummary): boolean => exchange.state !== 'idle' || tenants.some(({ old }) => (old?.length ?? 0) > 0);

/** What stands of the host itself, and is no tenant's. For operators. */
export const hostAlerts = queryOptions({
  queryKey: ['host', 'alerts'],
  queryFn: async ({ signal }) => (await all((query) => api.GET('/api/v1/alerts', { params: { query }, signal }))).filter(({ tenant }) => tenant === undefined),
  ...PACE,
});
