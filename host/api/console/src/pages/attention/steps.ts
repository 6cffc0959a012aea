// What has to be done before anything happens, in its order. Pure.

import type { TenantSummary } from '../../api/model';

export interface Step {
  title: string;
  says: string;
  done: boolean;
  /** Where it is done; absent while a step before it is not. */
  to?: { to: string; params: Record<string, string>; search: Record<string, string> };
}

/** The connection through which connectors hear of Teams. */
const MICROSOFT = 'microsoft';

/** The steps of a host, or none once a connector is enabled for somebody. */
export function steps(tenants: TenantSummary[], connectors: number): Step[] {
  if (tenants.some(({ installations }) => installations.length > 0)) return [];
  const tenant = tenants.find(({ connections }) => connections.includes(MICROSOFT)) ?? tenants[0];
  const connected = tenant?.connections.includes(MICROSOFT) === true;
  const params: Record<string, string> = tenant ? { tenant: tenant.id } : {};
  const at = (to: string, search: Record<string, string> = {}) => ({ to, params, search });
  return [
    { title: 'Create a tenant', says: 'One customer organisation: its connections, its connectors, its events.', done: tenant !== undefined, to: at('/tenants/new') },
    {
      title: 'Connect Microsoft', says: 'With the app registration of the organisation; then test it. Connectors hear through it what happens in Teams.', done: connected,
      ...(tenant ? { to: at('/t/$tenant/connections/new') } : {}),
    },
    { title: 'Upload a connector', says: 'A package of a vendor: one .wasm file, with what it asks for inside.', done: connectors > 0, to: at('/connectors') },
    {
      title: 'Enable the connector', says: 'Read what it asks for, approve what it may have, and fill in its form.', done: false,
      ...(tenant && connected && connectors > 0 ? { to: at('/t/$tenant/installations/new') } : {}),
    },
  ];
}
