import { z } from 'zod';
import { empty, id, listOf, pageQuery, personRef, searchBody, sortedBy, time } from './common.ts';
import { connectorStatus } from './connectors.ts';
import { byApp } from './inside-apps.ts';

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

/** By what the list can be sorted: what the server can read in order. */
export const appSorts = ['displayName', 'createdAt'] as const;

const appSearch = searchBody.extend({
  kinds: z.array(app.shape.kind).default([]),
  ownerIds: z.array(id).default([]),
  sort: sortedBy(appSorts).default(''),
});

const oneApp = z.object({ app });

export const appEndpoints = {
  'GET /api/v1/apps': { query: pageQuery, response: listOf(app) },
  'POST /api/v1/search/apps': {
    body: appSearch,
    response: listOf(app),
  },
  'GET /api/v1/apps/{app_id}': { params: byApp, response: oneApp },
  'POST /api/v1/apps': {
    body: z.object({
      displayName: z.string().trim().min(1).max(200),
      description: z.string().max(2000).default(''),
      ownerIds: z.array(id).min(1).max(32),
    }),
    response: oneApp,
  },
  'POST /api/v1/apps/{app_id}': {
    params: byApp,
    body: app.pick({ displayName: true, description: true, identityMatching: true, matchingRules: true }).partial(),
    response: oneApp,
  },
  'PUT /api/v1/apps/{app_id}/owners': {
    params: byApp,
    body: z.object({ userIds: z.array(id).min(1).max(32) }),
    response: oneApp,
  },
  'DELETE /api/v1/apps/{app_id}': {
    params: byApp,
    body: z.object({ confirmation: z.string().max(200) }),
    response: empty,
  },
} as const;
