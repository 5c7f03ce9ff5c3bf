import {
  type Account,
  type App,
  account,
  app,
  type Connector,
  connector,
  type EndpointName,
  type Entitlement,
  entitlement,
  type Grant,
  grant,
  type Resource,
  resource,
  type User,
  user,
} from '@baton-ts/console-api';
import { z } from 'zod';

/**
 * Answers for scripts also hold each thing as the API of C1 shows it (`governance.md §5.1`): `{appUser: {…}}` beside our own
 * fields, so that its official clients read them. The web app, which comes with a session, needs none of that.
 */
export function withC1Views(name: EndpointName, answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  const ofRow = rowViews[name];
  if (ofRow !== undefined && 'list' in answer && Array.isArray(answer.list)) {
    const list = answer.list.map((row: object) => ({ ...row, ...ofRow(row) }));
    return { ...answer, list, expanded: [] };
  }
  const shown = Object.entries(answer).map(([key, thing]) => thingViews.get(key)?.(thing) ?? {});
  return Object.assign({}, answer, ...shown);
}

const statuses = { ENABLED: 'STATUS_ENABLED', DISABLED: 'STATUS_DISABLED', DELETED: 'STATUS_DELETED' } as const;
const syncStatuses: Readonly<Record<Connector['status'], string>> = {
  NOT_CONNECTED: 'SYNC_STATUS_UNSPECIFIED',
  SYNCING: 'SYNC_STATUS_RUNNING',
  CONNECTED: 'SYNC_STATUS_DONE',
  ERROR: 'SYNC_STATUS_ERROR',
  PAUSED_ANOMALY: 'SYNC_STATUS_DISABLED',
  PAUSED: 'SYNC_STATUS_DISABLED',
};

const appFields = (app: App) => ({
  identityMatching: `APP_USER_IDENTITY_MATCHING_${app.identityMatching}`,
  appOwners: app.owners,
  userCount: String(app.counts.accounts),
});

const appUser = (account: Pick<Account, 'id' | 'displayName' | 'email' | 'status' | 'type' | 'owner'>) => ({
  id: account.id,
  displayName: account.displayName,
  email: account.email,
  identityUserId: account.owner?.id ?? '',
  appUserType: `APP_USER_TYPE_${account.type}`,
  status: { status: statuses[account.status], details: '' },
});

const accountView = (account: Account) => ({
  appUser: {
    ...appUser(account),
    status: { status: statuses[account.status], details: account.statusDetails },
    appId: account.appId,
    username: account.username,
    isExternal: account.isExternal,
    profile: account.profile,
    createdAt: account.firstSeenAt,
    deletedAt: account.removedAt,
  },
});

const entitlementView = (entitlement: Entitlement) => ({
  appEntitlement: {
    id: entitlement.id,
    appId: entitlement.appId,
    appResourceTypeId: entitlement.resourceTypeId,
    appResourceId: entitlement.resourceId,
    displayName: entitlement.displayName,
    alias: entitlement.alias,
    slug: entitlement.slug,
    description: entitlement.description,
    grantCount: String(entitlement.grantCount),
    riskLevelValueId: entitlement.riskLevel,
    complianceFrameworkValueIds: entitlement.complianceFrameworks,
    systemBuiltin: entitlement.isBuiltIn,
    createdAt: entitlement.firstSeenAt,
    deletedAt: entitlement.removedAt,
  },
});

const resourceView = (resource: Resource) => ({
  appResource: {
    id: resource.id,
    appId: resource.appId,
    appResourceTypeId: resource.resourceTypeId,
    parentAppResourceId: resource.parent?.id ?? '',
    displayName: resource.displayName,
    customDescription: resource.customName,
    description: resource.description,
    grantCount: String(resource.grantCount),
    createdAt: resource.firstSeenAt,
    deletedAt: resource.removedAt,
  },
});

const connectorView = (connector: Connector) => ({
  connector: {
    ...connector,
    userIds: connector.owners.map(({ id }) => id),
    status: {
      status: syncStatuses[connector.status],
      lastError: connector.lastError ?? '',
      completedAt: connector.lastGoodSyncAt,
    },
  },
});

const userView = (user: User) => ({
  user: {
    id: user.id,
    displayName: user.displayName,
    email: user.email,
    jobTitle: user.jobTitle,
    department: user.department,
    managerIds: user.manager === null ? [] : [user.manager.id],
    roleIds: user.roles ?? [],
    status: user.status,
    createdAt: user.createdAt,
  },
});

const holderView = (grant: Grant) => ({
  appUser: { appUser: appUser(grant.account) },
  appEntitlementUserBindingCreatedAt: grant.grantedAt,
});

const grantView = (grant: Grant) => ({
  entitlement: {
    ...grant.entitlement,
    appEntitlement: {
      id: grant.entitlement.id,
      displayName: grant.entitlement.displayName,
      slug: grant.entitlement.slug,
      description: grant.entitlement.description,
      appResourceTypeId: grant.entitlement.resourceTypeId,
      riskLevelValueId: grant.entitlement.riskLevel,
    },
  },
  appEntitlementUserBinding: {
    appEntitlementId: grant.entitlement.id,
    appUserId: grant.account.id,
    createdAt: grant.grantedAt,
    deletedAt: grant.revokedAt,
    ...holderView(grant),
  },
  ...holderView(grant),
});

/** The view of something that is known to have the shape of the schema. */
function view<Schema extends z.ZodType>(schema: Schema, show: (thing: z.output<Schema>) => object) {
  return (thing: unknown): object => show(schema.parse(thing));
}

const views = {
  app: view(app, appFields),
  account: view(account, accountView),
  entitlement: view(entitlement, entitlementView),
  resource: view(resource, resourceView),
  connector: view(connector, connectorView),
  user: view(user, userView),
  grant: view(grant, grantView),
  resourceType: view(z.looseObject({}), (appResourceType) => ({ appResourceType })),
};

/** What a row of a list gets besides. */
const rowViews: { readonly [Name in EndpointName]?: (row: unknown) => object } = {
  'GET /api/v1/apps': views.app,
  'POST /api/v1/search/apps': views.app,
  'GET /api/v1/apps/{app_id}/app_users': views.account,
  'POST /api/v1/search/app_users': views.account,
  'GET /api/v1/apps/{app_id}/entitlements': views.entitlement,
  'POST /api/v1/search/entitlements': views.entitlement,
  'GET /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/users': views.grant,
  'POST /api/v1/search/grants': views.grant,
  'GET /api/v1/apps/{app_id}/resource_types': views.resourceType,
  'POST /api/v1/search/app_resources': views.resource,
  'GET /api/v1/apps/{app_id}/connectors': views.connector,
  'POST /api/v1/search/connectors': views.connector,
  'GET /api/v1/users': views.user,
  'POST /api/v1/search/users': views.user,
};

/** The views beside a single thing, by the key under which an answer holds it. */
const thingViews = new Map<string, (thing: unknown) => object>([
  ['app', (thing) => ({ app: { ...app.parse(thing), ...views.app(thing) } })],
  ['account', (thing) => ({ appUserView: views.account(thing) })],
  ['entitlement', (thing) => ({ appEntitlementView: views.entitlement(thing) })],
  ['resource', (thing) => ({ appResourceView: views.resource(thing) })],
  ['connector', (thing) => ({ connectorView: views.connector(thing) })],
  ['user', (thing) => ({ userView: views.user(thing) })],
]);
