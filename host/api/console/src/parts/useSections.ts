import { useQuery } from '@tanstack/react-query';
import { session } from '../api/ofHost';
import { may } from './may';
import { ATTENTION, SECTIONS, type Section } from './sections';

/** The sections that whoever is signed in may open: of the chosen tenant, and of the host. */
export function useSections(tenant: string | undefined): { tenant: Section[]; host: Section[]; all: Section[] } {
  const rights = useQuery(session).data?.rights ?? [];
  const ofTenant = tenant === undefined ? [] : SECTIONS.tenant.filter(({ least }) => may(rights, least, tenant));
  // What everybody may open who has any right has its list cut by the host.
  const ofHost = SECTIONS.host.filter(({ least }) => least === 'viewer' || may(rights, least));
  return { tenant: ofTenant, host: ofHost, all: [ATTENTION, ...ofTenant, ...ofHost] };
}
