import { z } from 'zod';
import { accountStatus } from './accounts.ts';
import { id, listOf, personRef, searchBody, sortedBy } from './common.ts';
import { byApp, ownerFilters, seenInSyncs } from './inside-apps.ts';

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

export const resourceSorts = ['displayName'] as const;

const resourceSearch = searchBody.extend({
  sort: sortedBy(resourceSorts).default(''),
  appIds: z.array(id).default([]),
  resourceTypeIds: z.array(z.string().max(100)).default([]),
  ...ownerFilters,
  includeRemoved: z.boolean().default(false),
});

const byResource = byApp.extend({ resource_id: id });
const oneResource = z.object({ resource });

export const resourceEndpoints = {
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
    params: byResource,
    response: oneResource,
  },
  'POST /api/v1/apps/{app_id}/resources/{resource_id}': {
    params: byResource,
    body: z.object({ customName: z.string().trim().max(200), ownerIds: z.array(id).max(32) }).partial(),
    response: oneResource,
  },
} as const;
