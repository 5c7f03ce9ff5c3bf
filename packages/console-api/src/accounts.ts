import { z } from 'zod';
import { id, listOf, pageQuery, personRef, riskCounts, riskLevel, searchBody, sortedBy } from './common.ts';
import { byApp, seenInSyncs } from './inside-apps.ts';

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

export const accountSorts = ['displayName', 'email', 'grantCount', 'highestRisk', 'firstSeenAt'] as const;

const accountSearch = searchBody.extend({
  sort: sortedBy(accountSorts).default(''),
  appIds: z.array(id).default([]),
  userIds: z.array(id).default([]),
  statuses: z.array(accountStatus).default([]),
  types: z.array(accountType).default([]),
  resourceTypeIds: z.array(z.string().max(100)).default([]),
  domains: z.array(z.string().max(255)).default([]),
  highestRisks: z.array(riskLevel).default([]),
  owner: z.enum(['ANY', 'NONE', 'ORPHANED']).default('ANY'),
  /** Only those with an address outside the company. */
  onlyExternal: z.boolean().default(false),
  includeRemoved: z.boolean().default(false),
});

const byAccount = byApp.extend({ app_user_id: id });
const oneAccount = z.object({ account });

export const accountEndpoints = {
  'GET /api/v1/apps/{app_id}/app_users': { params: byApp, query: pageQuery, response: listOf(account) },
  'POST /api/v1/search/app_users': {
    body: accountSearch,
    response: listOf(account),
  },
  'GET /api/v1/apps/{app_id}/app_users/{app_user_id}': {
    params: byAccount,
    response: oneAccount,
  },
  /** `ownerId` null clears the owner for good; `resetOwner` goes back to what the rules find. */
  'POST /api/v1/apps/{app_id}/app_users/{app_user_id}': {
    params: byAccount,
    body: z.object({ type: accountType.nullable(), ownerId: id.nullable(), resetOwner: z.literal(true) }).partial(),
    response: oneAccount,
  },
} as const;
