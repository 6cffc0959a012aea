// Where something that ends is made to last. Pure.

import type { CalendarEntry, ConnectionSummary, SubscriptionSummary } from '../../api/model';
import { secretOf } from '../connections/providers';
import type { Place } from '../attention/places';

export const WORDS: Record<CalendarEntry['what'], string> = {
  'client-secret': 'Client secret', certificate: 'Certificate', password: 'Password', 'service-sign-in': 'Sign-in of the service user', 'sign-in': 'Sign-in of',
  subscription: 'Subscription', 'content-certificate': 'Certificate for content', silence: 'Silence of',
  'api-token': 'API token', 'webhook-secret': 'Old secret of the hook', 'server-certificate': 'Certificate of the server',
};

export function mending(tenant: string, entry: CalendarEntry, connections: ConnectionSummary[], subscriptions: SubscriptionSummary[]): Omit<Place, 'place'> | undefined {
  const { what, name, connection } = entry;
  switch (what) {
    case 'client-secret':
    case 'certificate':
    case 'password': {
      const found = connections.find((one) => one.name === (connection ?? name));
      const known = entry.ends !== undefined;
      const field = known ? found && secretOf(found.provider, found.secrets) : 'expires_at';
      return { to: '/t/$tenant/connections/$connection', params: { tenant, connection: connection ?? name }, search: { tab: 'edit', ...(field ? { field } : {}) }, act: known ? 'Enter a new one' : 'Enter its end' };
    }
    case 'service-sign-in':
    case 'sign-in':
      return connection === undefined ? undefined : { to: '/t/$tenant/connections/$connection', params: { tenant, connection }, search: { tab: 'people' }, act: 'Open people' };
    case 'subscription':
    case 'content-certificate': {
      const found = subscriptions.find(({ resource }) => resource === name);
      return found && { to: '/t/$tenant/subscriptions/$subscription', params: { tenant, subscription: found.key }, act: 'Open subscription' };
    }
    case 'api-token':
      return { to: '/tokens', params: {}, act: 'Make another' };
    case 'webhook-secret':
      return { to: '/t/$tenant/hooks', params: { tenant }, act: 'Open hooks' };
    case 'server-certificate':
      // Its file is renewed where the host runs.
      return undefined;
    case 'silence':
      return { to: '/t/$tenant/events', params: { tenant }, search: { installation: name }, act: 'Open its events' };
  }
}
