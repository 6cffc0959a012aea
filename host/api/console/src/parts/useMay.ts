import { useQuery } from '@tanstack/react-query';
import type { Role } from '../api/model';
import { session } from '../api/ofHost';
import { may } from './may';

/** Whether whoever is signed in may that much: for a tenant, or without one for the host as a whole. */
export function useMay(least: Role, tenant?: string): boolean {
  const rights = useQuery(session).data?.rights ?? [];
  return may(rights, least, tenant);
}
