// Where one can go: the sidebar, the palette and the shortcuts are made of this list.

import {
  Activity, AlarmClock, Boxes, Building2, ChartColumn, FileClock, KeyRound, ListTree, Mailbox, Plug, Radio, ScrollText, Settings, Siren, Unplug,
} from 'lucide-react';

const TENANT = [
  { to: '/t/$tenant/events', label: 'Events', icon: ListTree, key: 'e' },
  { to: '/t/$tenant/dead-letters', label: 'Dead letters', icon: Mailbox, key: 'd' },
  { to: '/t/$tenant/activity', label: 'Activity', icon: Activity, key: 'y' },
  { to: '/t/$tenant/installations', label: 'Installations', icon: Plug, key: 'i' },
  { to: '/t/$tenant/connections', label: 'Connections', icon: Unplug, key: 'c' },
  { to: '/t/$tenant/subscriptions', label: 'Subscriptions', icon: Radio, key: 's' },
  { to: '/t/$tenant/schedules', label: 'Schedules', icon: AlarmClock, key: 'h' },
  { to: '/t/$tenant/datasets', label: 'Datasets', icon: ChartColumn, key: 'q' },
  { to: '/t/$tenant/audit', label: 'Audit', icon: FileClock, key: 'u' },
] as const;

const HOST = [
  { to: '/tenants', label: 'Tenants', icon: Building2, key: 't' },
  { to: '/connectors', label: 'Connectors', icon: Boxes, key: 'n' },
  { to: '/audit', label: 'Audit of the host', icon: ScrollText, key: 'l' },
  { to: '/tokens', label: 'Tokens', icon: KeyRound, key: 'k' },
  { to: '/settings', label: 'Settings', icon: Settings, key: ',' },
] as const;

export const ATTENTION = { to: '/', label: 'Needs attention', icon: Siren, key: 'a' } as const;
export const SECTIONS = { tenant: TENANT, host: HOST } as const;
