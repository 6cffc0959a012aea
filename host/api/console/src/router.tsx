// Every page and its address. What a page is filtered by stands in the address too, so that a link shows the same.

import { createRootRoute, createRoute, createRouter, Link, Outlet, redirect } from '@tanstack/react-router';
import { Refusal } from './api/http';
import { answers, begun } from './api/session';
import { session } from './api/ofHost';
import { Activity } from './pages/activity/Activity';
import { Attention } from './pages/attention/Attention';
import { Audit } from './pages/audit/Audit';
import { Calendar } from './pages/calendar/Calendar';
import { Connection } from './pages/connections/Connection';
import { Connections } from './pages/connections/Connections';
import { NewConnection } from './pages/connections/NewConnection';
import { Connector } from './pages/connectors/Connector';
import { Connectors } from './pages/connectors/Connectors';
import { Datasets } from './pages/datasets/Datasets';
import { DeadLetters } from './pages/dead-letters/DeadLetters';
import { Event } from './pages/events/Event';
import { Events } from './pages/events/Events';
import { Hook } from './pages/hooks/Hook';
import { Hooks } from './pages/hooks/Hooks';
import { Installation } from './pages/installations/Installation';
import { Installations } from './pages/installations/Installations';
import { NewInstallation } from './pages/installations/NewInstallation';
import { Keys } from './pages/keys/Keys';
import { Receivers } from './pages/receivers/Receivers';
import { Schedules } from './pages/schedules/Schedules';
import { Settings } from './pages/settings/Settings';
import { SignedIn } from './pages/sign-in/SignedIn';
import { SignIn } from './pages/sign-in/SignIn';
import { Subscription } from './pages/subscriptions/Subscription';
import { Subscriptions } from './pages/subscriptions/Subscriptions';
import { NewTenant } from './pages/tenants/NewTenant';
import { Tenant } from './pages/tenants/Tenant';
import { Tenants } from './pages/tenants/Tenants';
import { Tokens } from './pages/tokens/Tokens';
import { Usage } from './pages/usage/Usage';
import { Empty } from './parts/Answer';
import { Page } from './parts/Page';
import { RefusalNote } from './parts/Problem';
import { Shell } from './parts/Shell';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

interface OfAudit {
  who?: string | undefined;
  action?: string | undefined;
  target?: string | undefined;
}
const ofAudit = ({ who, action, target }: Record<string, unknown>): OfAudit => ({ who: text(who), action: text(action), target: text(target) });

const Lost = () => (
  <Page title="There is no such page"><Empty title="Nothing is here"><p>The address may be an old one.</p><Link to="/" className="button">To what needs attention</Link></Empty></Page>
);
const Broken = ({ error }: { error: unknown }) => <Page title="This page cannot be shown"><RefusalNote error={error} again={() => location.reload()} /></Page>;

const root = createRootRoute({ component: Outlet, notFoundComponent: Lost });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignIn,
  // A path of the console and nothing else: the way back never leads to another site.
  validateSearch: ({ back }): { back?: string | undefined } => ({ back: text(back)?.match(/^\/(?![/\\]).*/)?.[0] }),
});

const signedIn = createRoute({ getParentRoute: () => root, path: '/signed-in', component: SignedIn });

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  notFoundComponent: Lost,
  errorComponent: Broken,
  beforeLoad: async ({ location }) => {
    if (answers.getQueryData(session.queryKey)) return;
    try {
      await begun();
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) throw redirect({ to: '/sign-in', search: { back: location.href } });
      throw error;
    }
  },
});

const tenant = createRoute({ getParentRoute: () => shell, path: '/t/$tenant' });
const inShell = () => shell;
const inTenant = () => tenant;

const routes = shell.addChildren([
  createRoute({ getParentRoute: inShell, path: '/', component: Attention }),
  createRoute({ getParentRoute: inShell, path: '/tenants', component: Tenants }),
  createRoute({ getParentRoute: inShell, path: '/tenants/new', component: NewTenant }),
  createRoute({ getParentRoute: inShell, path: '/connectors', component: Connectors }),
  createRoute({
    getParentRoute: inShell, path: '/connectors/$connector', component: Connector,
    validateSearch: ({ version }): { version?: string | undefined } => ({ version: text(version) }),
  }),
  createRoute({ getParentRoute: inShell, path: '/receivers', component: Receivers }),
  createRoute({ getParentRoute: inShell, path: '/audit', component: Audit, validateSearch: ofAudit }),
  createRoute({ getParentRoute: inShell, path: '/keys', component: Keys }),
  createRoute({ getParentRoute: inShell, path: '/tokens', component: Tokens }),
  createRoute({ getParentRoute: inShell, path: '/settings', component: Settings }),
  tenant.addChildren([
    createRoute({ getParentRoute: inTenant, path: '/connections', component: Connections }),
    createRoute({ getParentRoute: inTenant, path: '/connections/new', component: NewConnection }),
    createRoute({
      getParentRoute: inTenant, path: '/connections/$connection', component: Connection,
      validateSearch: ({ tab, field }): { tab?: string | undefined; field?: string | undefined } => ({ tab: text(tab), field: text(field) }),
    }),
    createRoute({ getParentRoute: inTenant, path: '/installations', component: Installations }),
    createRoute({
      getParentRoute: inTenant, path: '/installations/new', component: NewInstallation,
      validateSearch: ({ connector }): { connector?: string | undefined } => ({ connector: text(connector) }),
    }),
    createRoute({
      getParentRoute: inTenant, path: '/installations/$installation', component: Installation,
      validateSearch: ({ tab }): { tab?: string | undefined } => ({ tab: text(tab) }),
    }),
    createRoute({ getParentRoute: inTenant, path: '/subscriptions', component: Subscriptions }),
    createRoute({ getParentRoute: inTenant, path: '/subscriptions/$subscription', component: Subscription }),
    createRoute({
      getParentRoute: inTenant, path: '/events', component: Events,
      validateSearch: ({ state, installation }): { state?: string | undefined; installation?: string | undefined } =>
        ({ state: ['pending', 'done', 'dead'].find((one) => one === state), installation: text(installation) }),
    }),
    createRoute({ getParentRoute: inTenant, path: '/events/$event', component: Event }),
    createRoute({ getParentRoute: inTenant, path: '/dead-letters', component: DeadLetters }),
    createRoute({ getParentRoute: inTenant, path: '/schedules', component: Schedules }),
    createRoute({
      getParentRoute: inTenant, path: '/activity', component: Activity,
      validateSearch: ({ record }): { record?: string | undefined } => ({ record: text(record) }),
    }),
    createRoute({
      getParentRoute: inTenant, path: '/datasets', component: Datasets,
      validateSearch: ({ installation, days }): { installation?: string | undefined; days?: number | undefined } =>
        ({ installation: text(installation), days: typeof days === 'number' ? days : undefined }),
    }),
    createRoute({ getParentRoute: inTenant, path: '/hooks', component: Hooks }),
    createRoute({ getParentRoute: inTenant, path: '/hooks/$installation/$hook', component: Hook }),
    createRoute({ getParentRoute: inTenant, path: '/calendar', component: Calendar }),
    createRoute({ getParentRoute: inTenant, path: '/usage', component: Usage }),
    createRoute({ getParentRoute: inTenant, path: '/receivers', component: Receivers }),
    createRoute({ getParentRoute: inTenant, path: '/audit', component: Audit, validateSearch: ofAudit }),
    createRoute({ getParentRoute: inTenant, path: '/tenant', component: Tenant }),
  ]),
]);

export const router = createRouter({
  routeTree: root.addChildren([signIn, signedIn, routes]),
  basepath: '/console',
  defaultPreload: false,
  scrollRestoration: true,
  defaultErrorComponent: Broken,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
