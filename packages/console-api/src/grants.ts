import { z } from 'zod';
import { account } from './accounts.ts';
import { id, listOf, pageQuery, riskLevel, searchBody, sortedBy, time } from './common.ts';
import { entitlement } from './entitlements.ts';
import { byEntitlement } from './inside-apps.ts';

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

/** By risk only within accounts or people, which hold few enough. */
export const grantSorts = ['grantedAt', 'riskLevel'] as const;
export const pastGrantSorts = ['revokedAt'] as const;
export const feedSorts = ['at'] as const;

const grantFilters = {
  appIds: z.array(id).default([]),
  appUserIds: z.array(id).default([]),
  entitlementIds: z.array(id).default([]),
};

const grantSearch = searchBody.extend({
  sort: sortedBy(grantSorts).default(''),
  ...grantFilters,
  userIds: z.array(id).default([]),
  /** As clients of C1 name the two above. */
  entitlementRefs: z.array(z.object({ appId: id.optional(), id })).default([]),
  userId: id.optional(),
  riskLevels: z.array(riskLevel).default([]),
  directOnly: z.boolean().default(false),
});

export const grantEndpoints = {
  /** Who holds it, for scripts; the same rows as the search for grants. */
  'GET /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/users': {
    params: byEntitlement,
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
      ...grantFilters,
    }),
    response: listOf(grant),
  },
  'POST /api/v1/grants/feed': {
    body: searchBody.extend({
      sort: sortedBy(feedSorts).default(''),
      ...grantFilters,
      after: time.optional(),
      before: time.optional(),
    }),
    response: listOf(feedEvent),
  },
} as const;
