import { z } from 'zod';
import {
  empty,
  id,
  listOf,
  pageQuery,
  personRef,
  riskCounts,
  riskLevel,
  searchBody,
  sortedBy,
  time,
} from './common.ts';
import { connectorStatus } from './connectors.ts';

/** How accounts are matched to people (`governance.md §2.4`). */
export const identityMatching = z.enum(['STRICT', 'DISPLAY_NAME', 'CUSTOM']);

export const app = z.object({
  id,
  displayName: z.string(),
  description: z.string(),
  kind: z.enum(['MANAGED', 'UNMANAGED']),
  owners: z.array(personRef),
  identityMatching,
  /** For CUSTOM: pairs of keys, the first that matches wins. CEL over `account` and `user`. */
  matchingRules: z.array(z.object({ accountKey: z.string().max(500), userKey: z.string().max(500) })).max(16),
  /** Null while no connector is attached. */
  syncStatus: connectorStatus.nullable(),
  lastGoodSyncAt: time.nullable(),
  counts: z.object({
    accounts: z.int(),
    accountsWithoutOwner: z.int(),
    entitlements: z.int(),
    resources: z.int(),
    /** As many as the list of grants has: the built-in Access, one for each account, is among them. */
    grants: z.int(),
    /** Accounts that hold at least one critical entitlement. */
    criticalHolders: z.int(),
    connectors: z.int(),
  }),
  createdAt: time,
});
export type App = z.infer<typeof app>;

/** When syncs saw it, and which ones. */
const seenInSyncs = {
  /** Null for what the console made itself. */
  connectorId: id.nullable(),
  firstSeenAt: time,
  firstSyncId: id.nullable(),
  lastSeenAt: time,
  removedAt: time.nullable(),
  /** The sync that no longer found it. */
  removedSyncId: id.nullable(),
};

export const accountStatus = z.enum(['ENABLED', 'DISABLED', 'DELETED']);
export const accountType = z.enum(['USER', 'SERVICE_ACCOUNT', 'SYSTEM_ACCOUNT']);

/** An account in the app: `appUser` in the API of C1. */
export const account = z.object({
  id,
  appId: id,
  appDisplayName: z.string(),
  /** The resource type it comes as, for example `teammate`. */
  resourceTypeId: z.string(),
  /** Its id in the app. */
  externalId: z.string(),
  displayName: z.string(),
  email: z.string(),
  username: z.string(),
  status: accountStatus,
  /** The app's own wording: `invited, expires …`. */
  statusDetails: z.string(),
  type: accountType,
  /** Set by a person, and so kept across syncs. */
  typeIsManual: z.boolean(),
  owner: personRef.extend({ status: z.enum(['ENABLED', 'DISABLED']) }).nullable(),
  ownerSource: z.enum(['EMAIL', 'USERNAME', 'NAME', 'CUSTOM', 'MANUAL', 'CLEARED', 'NONE']),
  isExternal: z.boolean(),
  /** Highest risk among what it holds, effectively. */
  highestRisk: riskLevel.nullable(),
  /** Without the built-in Access, which every account has. */
  grantCount: z.int(),
  riskCounts,
  /** Names of roles held, since they replace single permissions. */
  roles: z.array(z.string()),
  profile: z.record(z.string(), z.unknown()),
  ...seenInSyncs,
});
export type Account = z.infer<typeof account>;

export const entitlement = z.object({
  id,
  appId: id,
  appDisplayName: z.string(),
  resourceId: id,
  resourceDisplayName: z.string(),
  resourceTypeId: z.string(),
  resourceTypeDisplayName: z.string(),
  externalId: z.string(),
  slug: z.string(),
  displayName: z.string(),
  /** What people call it here; empty when nobody has named it. */
  alias: z.string(),
  description: z.string(),
  purpose: z.enum(['ASSIGNMENT', 'PERMISSION', 'OWNERSHIP', 'UNSPECIFIED']),
  /** What counts: the one that a person set, else the connector's. */
  riskLevel,
  riskIsManual: z.boolean(),
  /** What the connector says. */
  connectorRiskLevel: riskLevel,
  /** Who set the risk that counts. Null when nobody did, or when nobody noted it. */
  riskSetBy: personRef.nullable(),
  riskSetAt: time.nullable(),
  /** The app brought a name that the catalogue does not know. */
  isUnknown: z.boolean(),
  complianceFrameworks: z.array(z.string()),
  owners: z.array(personRef),
  grantCount: z.int(),
  /** Made by the console: the Access entitlement of the Credential resource. */
  isBuiltIn: z.boolean(),
  isImmutable: z.boolean(),
  ...seenInSyncs,
});
export type Entitlement = z.infer<typeof entitlement>;

export const resource = z.object({
  id,
  appId: id,
  resourceTypeId: z.string(),
  resourceTypeDisplayName: z.string(),
  externalId: z.string(),
  displayName: z.string(),
  /** What people call it here; empty when nobody has named it. */
  customName: z.string(),
  description: z.string(),
  owners: z.array(personRef),
  parent: z.object({ id, displayName: z.string() }).nullable(),
  status: accountStatus.nullable(),
  entitlementCount: z.int(),
  grantCount: z.int(),
  profile: z.record(z.string(), z.unknown()),
  ...seenInSyncs,
});
export type Resource = z.infer<typeof resource>;

/** An account holds an entitlement. */
export const grant = z.object({
  id: z.string(),
  account: account.pick({ id: true, displayName: true, email: true, status: true, type: true, owner: true }),
  entitlement: entitlement.pick({
    id: true,
    displayName: true,
    alias: true,
    description: true,
    slug: true,
    externalId: true,
    resourceDisplayName: true,
    resourceTypeId: true,
    riskLevel: true,
    isUnknown: true,
  }),
  /** Held by itself, not only through something else. */
  isDirect: z.boolean(),
  /** Through what it is held: names of the entitlements that pass it on. */
  sources: z.array(z.object({ entitlementId: id.nullable(), displayName: z.string() })),
  isImmutable: z.boolean(),
  metadata: z.record(z.string(), z.unknown()),
  grantedAt: time,
  /** True when the first sync found it: when it was given is not known. */
  sinceFirstSync: z.boolean(),
  revokedAt: time.nullable(),
  connectorId: id,
  /** The sync that found it, and the one that no longer did. */
  grantedSyncId: id,
  revokedSyncId: id.nullable(),
});
export type Grant = z.infer<typeof grant>;

export const feedEvent = z.object({
  at: time,
  eventType: z.enum(['ADDED', 'REMOVED']),
  account: z.object({ id, displayName: z.string() }),
  entitlement: z.object({ id, displayName: z.string(), riskLevel }),
  /** The sync that saw it, and whose. */
  connectorId: id,
  syncId: id,
});

const attributes = z.object({
  list: z.array(z.object({ id: z.string(), value: z.string() })),
  nextPageToken: z.string(),
});

const byApp = z.object({ app_id: id });
const filterRisk = z.array(riskLevel).default([]);
const filterFramework = z.array(z.string().max(100)).default([]);
/** Of entitlements and resources: those of these people, or those that nobody owns. */
const filterOwners = { ownerIds: z.array(id).default([]), owner: z.enum(['ANY', 'NONE']).default('ANY') };

/** By what each list can be sorted: what the server can read in order. */
export const appSorts = ['displayName', 'createdAt'] as const;
export const accountSorts = ['displayName', 'email', 'grantCount', 'highestRisk', 'firstSeenAt'] as const;
export const entitlementSorts = ['displayName', 'riskLevel', 'grantCount'] as const;
export const resourceSorts = ['displayName'] as const;
/** By risk only within accounts or people, which hold few enough. */
export const grantSorts = ['grantedAt', 'riskLevel'] as const;
export const pastGrantSorts = ['revokedAt'] as const;
export const feedSorts = ['at'] as const;

const appSearch = searchBody.extend({
  kinds: z.array(app.shape.kind).default([]),
  ownerIds: z.array(id).default([]),
  sort: sortedBy(appSorts).default(''),
});
const accountSearch = searchBody.extend({
  sort: sortedBy(accountSorts).default(''),
  appIds: z.array(id).default([]),
  userIds: z.array(id).default([]),
  statuses: z.array(accountStatus).default([]),
  types: z.array(accountType).default([]),
  resourceTypeIds: z.array(z.string().max(100)).default([]),
  domains: z.array(z.string().max(255)).default([]),
  highestRisks: filterRisk,
  owner: z.enum(['ANY', 'NONE', 'ORPHANED']).default('ANY'),
  /** Only those with an address outside the company. */
  onlyExternal: z.boolean().default(false),
  includeRemoved: z.boolean().default(false),
});
const entitlementSearch = searchBody.extend({
  sort: sortedBy(entitlementSorts).default(''),
  appIds: z.array(id).default([]),
  resourceTypeIds: z.array(z.string().max(100)).default([]),
  resourceIds: z.array(id).default([]),
  riskLevels: filterRisk,
  complianceFrameworks: filterFramework,
  /** As clients of C1 name the two above; the ids are those of the lists of attributes. */
  riskLevelIds: filterRisk,
  complianceFrameworkIds: filterFramework,
  ...filterOwners,
  /** Only those that nobody holds, or that somebody holds. */
  held: z.enum(['ANY', 'HELD', 'NOT_HELD']).default('ANY'),
  includeRemoved: z.boolean().default(false),
});
const resourceSearch = searchBody.extend({
  sort: sortedBy(resourceSorts).default(''),
  appIds: z.array(id).default([]),
  resourceTypeIds: z.array(z.string().max(100)).default([]),
  ...filterOwners,
  includeRemoved: z.boolean().default(false),
});
const grantSearch = searchBody.extend({
  sort: sortedBy(grantSorts).default(''),
  appIds: z.array(id).default([]),
  appUserIds: z.array(id).default([]),
  entitlementIds: z.array(id).default([]),
  userIds: z.array(id).default([]),
  /** As clients of C1 name the two above. */
  entitlementRefs: z.array(z.object({ appId: id.optional(), id })).default([]),
  userId: id.optional(),
  riskLevels: filterRisk,
  directOnly: z.boolean().default(false),
});

/** Columns of the files of lists, in their usual order. */
export const appColumns = [
  'displayName',
  'description',
  'kind',
  'owners',
  'syncStatus',
  'lastGoodSyncAt',
  'accounts',
  'entitlements',
  'criticalHolders',
  'accountsWithoutOwner',
  'id',
] as const;
export const accountColumns = [
  'displayName',
  'email',
  'username',
  'appDisplayName',
  'owner',
  'ownerEmail',
  'ownerSource',
  'type',
  'status',
  'statusDetails',
  'highestRisk',
  'grantCount',
  'roles',
  'isExternal',
  'firstSeenAt',
  'lastSeenAt',
  'removedAt',
  'externalId',
  'id',
] as const;
export const entitlementColumns = [
  'displayName',
  'alias',
  'slug',
  'description',
  'appDisplayName',
  'resourceDisplayName',
  'resourceTypeDisplayName',
  'riskLevel',
  'connectorRiskLevel',
  'riskSetBy',
  'grantCount',
  'complianceFrameworks',
  'owners',
  'firstSeenAt',
  'lastSeenAt',
  'removedAt',
  'externalId',
  'id',
] as const;
export const resourceColumns = [
  'displayName',
  'customName',
  'resourceTypeDisplayName',
  'parent',
  'status',
  'owners',
  'entitlementCount',
  'grantCount',
  'firstSeenAt',
  'lastSeenAt',
  'removedAt',
  'externalId',
  'id',
] as const;
export const grantColumns = [
  'account',
  'email',
  'owner',
  'entitlement',
  'slug',
  'externalId',
  'resourceDisplayName',
  'riskLevel',
  'isDirect',
  'sources',
  'grantedAt',
  'sinceFirstSync',
] as const;

/** A file has all rows that the search finds. They come in the order asked for; a cell is never a formula. */
const csv = z.instanceof(ReadableStream);
function columnsOf<const Column extends string>(columns: readonly [Column, ...Column[]]) {
  return z
    .array(z.enum(columns))
    .min(1)
    .max(columns.length)
    .default([...columns]);
}

export const appEndpoints = {
  'GET /api/v1/apps': { query: pageQuery, response: listOf(app) },
  'POST /api/v1/search/apps': {
    body: appSearch,
    response: listOf(app),
  },
  'GET /api/v1/apps/{app_id}': { params: byApp, response: z.object({ app }) },
  'POST /api/v1/apps': {
    body: z.object({
      displayName: z.string().trim().min(1).max(200),
      description: z.string().max(2000).default(''),
      ownerIds: z.array(id).min(1).max(32),
    }),
    response: z.object({ app }),
  },
  'POST /api/v1/apps/{app_id}': {
    params: byApp,
    body: app.pick({ displayName: true, description: true, identityMatching: true, matchingRules: true }).partial(),
    response: z.object({ app }),
  },
  'PUT /api/v1/apps/{app_id}/owners': {
    params: byApp,
    body: z.object({ userIds: z.array(id).min(1).max(32) }),
    response: z.object({ app }),
  },
  'DELETE /api/v1/apps/{app_id}': {
    params: byApp,
    body: z.object({ confirmation: z.string().max(200) }),
    response: empty,
  },

  'GET /api/v1/apps/{app_id}/app_users': { params: byApp, query: pageQuery, response: listOf(account) },
  'POST /api/v1/search/app_users': {
    body: accountSearch,
    response: listOf(account),
  },
  'GET /api/v1/apps/{app_id}/app_users/{app_user_id}': {
    params: byApp.extend({ app_user_id: id }),
    response: z.object({ account }),
  },
  /** `ownerId` null clears the owner for good; `resetOwner` goes back to what the rules find. */
  'POST /api/v1/apps/{app_id}/app_users/{app_user_id}': {
    params: byApp.extend({ app_user_id: id }),
    body: z.object({ type: accountType.nullable(), ownerId: id.nullable(), resetOwner: z.literal(true) }).partial(),
    response: z.object({ account }),
  },

  'GET /api/v1/apps/{app_id}/entitlements': { params: byApp, query: pageQuery, response: listOf(entitlement) },
  'POST /api/v1/search/entitlements': {
    body: entitlementSearch,
    response: listOf(entitlement),
  },
  'GET /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}': {
    params: byApp.extend({ app_entitlement_id: id }),
    response: z.object({ entitlement }),
  },
  'POST /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}': {
    params: byApp.extend({ app_entitlement_id: id }),
    body: z
      .object({
        alias: z.string().trim().max(200),
        /** Null goes back to what the connector says. */
        riskLevel: riskLevel.nullable(),
        complianceFrameworks: z.array(z.string().trim().min(1).max(100)).max(20),
        ownerIds: z.array(id).max(32),
      })
      .partial(),
    response: z.object({ entitlement }),
  },

  /** What entitlements can be marked with, the highest risk first. Ids are what filters and entitlements name. */
  'GET /api/v1/attributes/risk_levels': { response: attributes },
  /** As Settings offers them; what is not offered any more stays on entitlements that have it. */
  'GET /api/v1/attributes/compliance_frameworks': { response: attributes },

  'GET /api/v1/apps/{app_id}/resource_types': {
    params: byApp,
    response: z.object({
      list: z.array(
        z.object({
          id: z.string(),
          displayName: z.string(),
          traits: z.array(z.string()),
          resourceCount: z.int(),
          entitlementCount: z.int(),
        }),
      ),
    }),
  },
  'POST /api/v1/search/app_resources': {
    body: resourceSearch,
    response: listOf(resource),
  },
  'GET /api/v1/apps/{app_id}/resources/{resource_id}': {
    params: byApp.extend({ resource_id: id }),
    response: z.object({ resource }),
  },
  'POST /api/v1/apps/{app_id}/resources/{resource_id}': {
    params: byApp.extend({ resource_id: id }),
    body: z.object({ customName: z.string().trim().max(200), ownerIds: z.array(id).max(32) }).partial(),
    response: z.object({ resource }),
  },

  /** Who holds it, for scripts; the same rows as the search for grants. */
  'GET /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/users': {
    params: byApp.extend({ app_entitlement_id: id }),
    query: pageQuery,
    response: listOf(grant),
  },
  /** Effective access: what is held through something else is in it, with its sources. */
  'POST /api/v1/search/grants': {
    body: grantSearch,
    response: listOf(grant),
  },
  'POST /api/v1/search/past-grants': {
    body: searchBody.extend({
      sort: sortedBy(pastGrantSorts).default(''),
      appIds: z.array(id).default([]),
      appUserIds: z.array(id).default([]),
      entitlementIds: z.array(id).default([]),
    }),
    response: listOf(grant),
  },
  'POST /api/v1/grants/feed': {
    body: searchBody.extend({
      sort: sortedBy(feedSorts).default(''),
      appIds: z.array(id).default([]),
      appUserIds: z.array(id).default([]),
      entitlementIds: z.array(id).default([]),
      after: time.optional(),
      before: time.optional(),
    }),
    response: listOf(feedEvent),
  },

  'POST /api/v1/export/apps': {
    body: appSearch.extend({ columns: columnsOf(appColumns) }),
    response: csv,
  },
  'POST /api/v1/export/app_users': {
    body: accountSearch.extend({ columns: columnsOf(accountColumns) }),
    response: csv,
  },
  'POST /api/v1/export/entitlements': {
    body: entitlementSearch.extend({ columns: columnsOf(entitlementColumns) }),
    response: csv,
  },
  'POST /api/v1/export/app_resources': {
    body: resourceSearch.extend({ columns: columnsOf(resourceColumns) }),
    response: csv,
  },
  'POST /api/v1/export/grants': {
    body: grantSearch.extend({ columns: columnsOf(grantColumns) }),
    response: csv,
  },
} as const;
