// Where one can go: the sidebar, the palette and the shortcuts are made of this list.

import {
  Activity, AlarmClock, BellRing, Boxes, Building2, CalendarClock, ChartColumn, FileClock, Gauge, KeyRound, KeySquare, ListTree, Mailbox, Plug, Radio, ScrollText, Settings, Siren,
  SlidersHorizontal, Unplug, Webhook,
} from 'lucide-react';

const TENANT = [
  { to: '/t/$tenant/events', label: 'Events', icon: ListTree, key: 'e', least: 'viewer' },
  { to: '/t/$tenant/dead-letters', label: 'Dead letters', icon: Mailbox, key: 'd', least: 'viewer' },
  { to: '/t/$tenant/activity', label: 'Activity', icon: Activity, key: 'y', least: 'viewer' },
  { to: '/t/$tenant/installations', label: 'Installations', icon: Plug, key: 'i', least: 'viewer' },
  { to: '/t/$tenant/connections', label: 'Connections', icon: Unplug, key: 'c', least: 'viewer' },
  { to: '/t/$tenant/subscriptions', label: 'Subscriptions', icon: Radio, key: 's', least: 'viewer' },
  { to: '/t/$tenant/hooks', label: 'Hooks', icon: Webhook, key: 'o', least: 'viewer' },
  { to: '/t/$tenant/schedules', label: 'Schedules', icon: AlarmClock, key: 'h', least: 'viewer' },
  { to: '/t/$tenant/calendar', label: 'Calendar', icon: CalendarClock, key: 'm', least: 'viewer' },
  { to: '/t/$tenant/datasets', label: 'Datasets', icon: ChartColumn, key: 'q', least: 'viewer' },
  { to: '/t/$tenant/usage', label: 'Usage', icon: Gauge, key: 'w', least: 'viewer' },
  { to: '/t/$tenant/receivers', label: 'Receivers', icon: BellRing, key: 'r', least: 'tenant-admin' },
  { to: '/t/$tenant/audit', label: 'Audit', icon: FileClock, key: 'u', least: 'tenant-admin' },
  { to: '/t/$tenant/tenant', label: 'Tenant', icon: SlidersHorizontal, key: 'x', least: 'tenant-admin' },
] as const;

const HOST = [
  { to: '/tenants', label: 'Tenants', icon: Building2, key: 't', least: 'viewer' },
  { to: '/connectors', label: 'Connectors', icon: Boxes, key: 'n', least: 'viewer' },
  { to: '/receivers', label: 'Receivers of the host', icon: BellRing, key: 'b', least: 'operator' },
  { to: '/audit', label: 'Audit of the host', icon: ScrollText, key: 'l', least: 'operator' },
  { to: '/tokens', label: 'Tokens', icon: KeyRound, key: 'k', least: 'viewer' },
  { to: '/keys', label: 'Keys', icon: KeySquare, key: 'j', least: 'operator' },
  { to: '/settings', label: 'Settings', icon: Settings, key: ',', least: 'viewer' },
] as const;

export const ATTENTION = { to: '/', label: 'Needs attention', icon: Siren, key: 'a', least: 'viewer' } as const;
export const SECTIONS = { tenant: TENANT, host: HOST } as const;

export type Section = typeof ATTENTION | (typeof TENANT)[number] | (typeof HOST)[number];
