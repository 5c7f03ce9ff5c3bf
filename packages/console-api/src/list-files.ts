import { z } from 'zod';
import { accountEndpoints } from './accounts.ts';
import { appEndpoints } from './apps.ts';
import { entitlementEndpoints } from './entitlements.ts';
import { grantEndpoints } from './grants.ts';
import { resourceEndpoints } from './resources.ts';

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

/** Each takes what the search of its list takes, and columns. */
export const listFileEndpoints = {
  'POST /api/v1/export/apps': {
    body: appEndpoints['POST /api/v1/search/apps'].body.extend({ columns: columnsOf(appColumns) }),
    response: csv,
  },
  'POST /api/v1/export/app_users': {
    body: accountEndpoints['POST /api/v1/search/app_users'].body.extend({ columns: columnsOf(accountColumns) }),
    response: csv,
  },
  'POST /api/v1/export/entitlements': {
    body: entitlementEndpoints['POST /api/v1/search/entitlements'].body.extend({
      columns: columnsOf(entitlementColumns),
    }),
    response: csv,
  },
  'POST /api/v1/export/app_resources': {
    body: resourceEndpoints['POST /api/v1/search/app_resources'].body.extend({ columns: columnsOf(resourceColumns) }),
    response: csv,
  },
  'POST /api/v1/export/grants': {
    body: grantEndpoints['POST /api/v1/search/grants'].body.extend({ columns: columnsOf(grantColumns) }),
    response: csv,
  },
} as const;
