// What somebody may, so that nobody is led to a door that is shut for them. The host judges every request anyway. Pure.

import type { Role } from '../api/model';

const RANKS: Role[] = ['viewer', 'agent', 'tenant-admin', 'operator'];

/** Whether these rights are enough: for a tenant, or without one for the host as a whole. */
export function may(rights: { role: Role; tenant?: string }[], least: Role, tenant?: string): boolean {
  return rights.some((right) => RANKS.indexOf(right.role) >= RANKS.indexOf(least) && (right.tenant === undefined || right.tenant === tenant));
}
