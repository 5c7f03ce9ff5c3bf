import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { sessionQuery } from './api/session.ts';
import { readListAddress } from './components/list-address.ts';
import { Frame } from './layout/frame.tsx';
import { readConnectorAddress } from './pages/connectors/connector-address.ts';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { readSignInAddress } from './pages/outside/sign-in-address.ts';

const root = createRootRouteWithContext<{ readonly queries: QueryClient }>()({ notFoundComponent: NotFoundPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readSignInAddress,
  component: lazyRouteComponent(() => import('./pages/outside/sign-in-page.tsx'), 'SignInPage'),
});
const firstRun = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./pages/outside/first-run-page.tsx'), 'FirstRunPage'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./pages/outside/invitation-page.tsx'), 'InvitationPage'),
});

/** Everything behind the sign-in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  validateSearch: readListAddress,
  component: Frame,
  beforeLoad: async ({ context, location, preload }) => {
    const session =
      context.queries.getQueryData(sessionQuery.queryKey) ?? (await context.queries.fetchQuery(sessionQuery));
    if (session !== null || preload) return;
    redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href }, throw: true });
  },
});

const connectors = createRoute({
  getParentRoute: () => inside,
  path: '/connectors',
  component: lazyRouteComponent(() => import('./pages/connectors/connectors-page.tsx'), 'ConnectorsPage'),
});
const addConnector = createRoute({
  getParentRoute: () => inside,
  path: '/connectors/add',
  component: lazyRouteComponent(() => import('./pages/connectors/add-connector-page.tsx'), 'AddConnectorPage'),
});
const connectorGuide = createRoute({
  getParentRoute: () => inside,
  path: '/connectors/guide/$catalogId',
  component: lazyRouteComponent(() => import('./pages/connectors/guide-page.tsx'), 'GuidePage'),
});
const connector = createRoute({
  getParentRoute: () => inside,
  path: '/apps/$appId/connectors/$connectorId',
  validateSearch: readConnectorAddress,
  component: lazyRouteComponent(() => import('./pages/connectors/connector-page.tsx'), 'ConnectorPage'),
});
const managedApps = createRoute({
  getParentRoute: () => inside,
  path: '/apps',
  component: lazyRouteComponent(() => import('./pages/apps/managed-apps-page.tsx'), 'ManagedAppsPage'),
});
const unmanagedApps = createRoute({
  getParentRoute: () => inside,
  path: '/unmanaged-apps',
  component: lazyRouteComponent(() => import('./pages/apps/unmanaged-apps-page.tsx'), 'UnmanagedAppsPage'),
});
const oneApp = createRoute({
  getParentRoute: () => inside,
  path: '/apps/$appId',
  component: lazyRouteComponent(() => import('./pages/apps/app-page.tsx'), 'AppPage'),
});
const account = createRoute({
  getParentRoute: () => inside,
  path: '/apps/$appId/accounts/$accountId',
  component: lazyRouteComponent(() => import('./pages/apps/account-page.tsx'), 'AccountPage'),
});
const entitlement = createRoute({
  getParentRoute: () => inside,
  path: '/apps/$appId/entitlements/$entitlementId',
  component: lazyRouteComponent(() => import('./pages/apps/entitlement-page.tsx'), 'EntitlementPage'),
});
const resource = createRoute({
  getParentRoute: () => inside,
  path: '/apps/$appId/resources/$resourceId',
  component: lazyRouteComponent(() => import('./pages/apps/resource-page.tsx'), 'ResourcePage'),
});
const myAccounts = createRoute({
  getParentRoute: () => inside,
  path: '/my-accounts',
  component: lazyRouteComponent(() => import('./pages/my-accounts/my-accounts-page.tsx'), 'MyAccountsPage'),
});
const myAccount = createRoute({
  getParentRoute: () => inside,
  path: '/my-accounts/$accountId',
  component: lazyRouteComponent(() => import('./pages/my-accounts/my-account-page.tsx'), 'MyAccountPage'),
});
const users = createRoute({
  getParentRoute: () => inside,
  path: '/users',
  component: lazyRouteComponent(() => import('./pages/directory/users-page.tsx'), 'UsersPage'),
});
const user = createRoute({
  getParentRoute: () => inside,
  path: '/users/$userId',
  component: lazyRouteComponent(() => import('./pages/directory/user-page.tsx'), 'UserPage'),
});
const profile = createRoute({
  getParentRoute: () => inside,
  path: '/profile',
  component: lazyRouteComponent(() => import('./pages/directory/profile-page.tsx'), 'ProfilePage'),
});
const systemLog = createRoute({
  getParentRoute: () => inside,
  path: '/system-log',
  component: lazyRouteComponent(() => import('./pages/administration/system-log-page.tsx'), 'SystemLogPage'),
});
const outbox = createRoute({
  getParentRoute: () => inside,
  path: '/outbox',
  component: lazyRouteComponent(() => import('./pages/administration/outbox-page.tsx'), 'OutboxPage'),
});
const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/administration/settings-page.tsx'), 'SettingsPage'),
});
const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/home/home-page.tsx'), 'HomePage'),
});

export const routeTree = root.addChildren([
  signIn,
  firstRun,
  invitation,
  inside.addChildren([
    connectors,
    addConnector,
    connectorGuide,
    connector,
    managedApps,
    unmanagedApps,
    oneApp,
    account,
    entitlement,
    resource,
    myAccounts,
    myAccount,
    users,
    user,
    profile,
    systemLog,
    outbox,
    settings,
    home,
  ]),
]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    defaultPreload: 'intent',
    scrollRestoration: true,
    scrollToTopSelectors: ['#page'],
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
