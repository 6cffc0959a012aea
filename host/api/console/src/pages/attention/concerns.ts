// What of a tenant somebody must look at. Pure: alerts, what ends soon, what stands still, what was given up.

import type { Alert, ConnectionSummary, DeadLetterGroup, InstallationSummary, SubscriptionSummary, TenantSummary } from '../../api/model';
import { expiry, span } from '../../time/countdown';
import { plural } from '../../lane/lane';
import { mended, secret, type Place } from './places';

/** Something that somebody must look at, and the page that helps. */
export interface Concern extends Place {
  id: string;
  /** 0 critical, 1 warning, 2 notice. */
  rank: 0 | 1 | 2;
  message: string;
  remedy?: string | undefined;
  code: string;
  /** Absent: nobody noted since when. */
  since?: number;
  /** Whether `since` is still to come. */
  ahead?: boolean;
  raised?: number;
}

const RANK = { critical: 0, warning: 1, info: 2 } as const;
/** Among the secrets of a connection, those that end. */
const ENDING = ['client_secret', 'certificate', 'password'];

export function concerns(
  tenant: TenantSummary,
  [alerts, connections, installations, subscriptions, letters]: [Alert[], ConnectionSummary[], InstallationSummary[], SubscriptionSummary[], DeadLetterGroup[]],
  now: number,
): Concern[] {
  const about = { tenant: tenant.id };
  const told = (code: string) => alerts.some(({ problem, key }) => problem.code === code || key === code);
  return [
    ...alerts.map((alert) => raised(alert, mended({ tenant, alert, connections }))),
    ...connections.flatMap((connection) => ends(tenant, connection, alerts, now)),
    ...installations.flatMap((installation) => (installation.problems ?? []).filter(({ code }) => !told(code)).map((problem): Concern => ({
      id: `${tenant.id}/installation/${installation.id}/${problem.code}`,
      rank: 0,
      ...problem,
      to: '/t/$tenant/installations/$installation',
      params: { ...about, installation: installation.id },
      place: `${tenant.name} / ${installation.id}`,
      act: 'Open installation',
    }))),
    ...subscriptions.filter(({ problem }) => problem && !told(problem.code)).map(({ key, resource, problem }): Concern => ({
      id: `${tenant.id}/subscription/${key}`,
      rank: 1,
      code: '', message: '',
      ...problem,
      to: '/t/$tenant/subscriptions/$subscription',
      params: { ...about, subscription: key },
      place: `${tenant.name} / ${resource}`,
      act: 'Open subscription',
    })),
    ...letters.map((letter): Concern => ({
      id: `${tenant.id}/letters/${letter.fingerprint}`,
      rank: 1,
      message: `${plural(letter.count, 'event')} ${letter.count === 1 ? 'was' : 'were'} given up: ${letter.cause.message}`,
      remedy: letter.cause.remedy,
      code: letter.cause.code,
      since: letter.first,
      to: '/t/$tenant/dead-letters',
      params: about,
      place: `${tenant.name} / ${letter.installations.join(', ')}`,
      act: 'Look and replay',
    })),
  ];
}

/** A credential that ends within fifteen days, unless an alert says so already. */
function ends(tenant: TenantSummary, connection: ConnectionSummary, alerts: Alert[], now: number): Concern[] {
  const at = connection.expires_at;
  if (at === undefined || expiry(at, now) === 'calm') return [];
  if (alerts.some(({ key, problem }) => key.includes(connection.name) && /expir/.test(`${key} ${problem.code}`))) return [];
  const over = at <= now;
  const what = (connection.secrets.find((secret) => ENDING.includes(secret)) ?? 'credential').replace('_', ' ');
  return [{
    id: `${tenant.id}/ends/${connection.name}`,
    rank: over || expiry(at, now) === 'urgent' ? 0 : 1,
    message: over ? `The ${what} of ${connection.name} has ended` : `The ${what} of ${connection.name} ends in ${span(at - now)}`,
    remedy: 'Make a new one at the provider, and give it to the connection before.',
    code: over ? 'connection.expired' : 'connection.expires',
    since: at,
    ahead: !over,
    ...secret(tenant, connection),
  }];
}

/** The host's own alerts, which are no tenant's. */
export const ofHost = (alerts: Alert[]): Concern[] => alerts.map((alert) => raised(alert, mended({ alert, connections: [] })));

const raised = (alert: Alert, place: Place): Concern => ({
  id: `${alert.tenant ?? ''}/alert/${alert.installation ?? ''}/${alert.source}/${alert.key}`,
  rank: RANK[alert.severity],
  ...alert.problem,
  since: alert.since,
  raised: alert.raised,
  ...place,
});
