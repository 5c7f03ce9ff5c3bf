import { z } from 'zod';
import { id, listOf, pageQuery, personRef, riskLevel, searchBody, sortedBy, time } from './common.ts';
import { byApp, byEntitlement, ownerFilters, seenInSyncs } from './inside-apps.ts';

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

const attributes = z.object({
  list: z.array(z.object({ id: z.string(), value: z.string() })),
  nextPageToken: z.string(),
});

export const entitlementSorts = ['displayName', 'riskLevel', 'grantCount'] as const;

const filterRisk = z.array(riskLevel).default([]);
const filterFramework = z.array(z.string().max(100)).default([]);
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
  ...ownerFilters,
  /** Only those that nobody holds, or that somebody holds. */
  held: z.enum(['ANY', 'HELD', 'NOT_HELD']).default('ANY'),
  includeRemoved: z.boolean().default(false),
});

const oneEntitlement = z.object({ entitlement });

export const entitlementEndpoints = {
  'GET /api/v1/apps/{app_id}/entitlements': { params: byApp, query: pageQuery, response: listOf(entitlement) },
  'POST /api/v1/search/entitlements': {
    body: entitlementSearch,
    response: listOf(entitlement),
  },
  'GET /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}': {
    params: byEntitlement,
    response: oneEntitlement,
  },
  'POST /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}': {
    params: byEntitlement,
    body: z
      .object({
        alias: z.string().trim().max(200),
        /** Null goes back to what the connector says. */
        riskLevel: riskLevel.nullable(),
        complianceFrameworks: z.array(z.string().trim().min(1).max(100)).max(20),
        ownerIds: z.array(id).max(32),
      })
      .partial(),
    response: oneEntitlement,
  },
  /** What entitlements can be marked with, the highest risk first. Ids are what filters and entitlements name. */
  'GET /api/v1/attributes/risk_levels': { response: attributes },
  /** As Settings offers them; what is not offered any more stays on entitlements that have it. */
  'GET /api/v1/attributes/compliance_frameworks': { response: attributes },
} as const;
