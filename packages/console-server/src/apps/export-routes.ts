import type {
  Account,
  App,
  accountColumns,
  appColumns,
  Entitlement,
  entitlementColumns,
  Grant,
  grantColumns,
  PersonRef,
  Resource,
  resourceColumns,
} from '@baton-ts/console-api';
import type { Routes } from '../http/route.ts';
import type { Store } from '../store/store.ts';
import { findAccounts } from './account-list.ts';
import { showAccounts } from './accounts.ts';
import { findApps } from './app-list.ts';
import { readers } from './app-rows.ts';
import { type Cell, csvFile, ROWS_PER_READ } from './csv.ts';
import { entitlementSearchOf, findEntitlements, showEntitlements } from './entitlements.ts';
import { findGrants, showGrants } from './grants.ts';
import { findResources, showResources } from './resources.ts';
import { showApps } from './show-apps.ts';

type Cells<Item, Columns extends readonly string[]> = Readonly<Record<Columns[number], (item: Item) => Cell>>;

const names = (people: readonly PersonRef[]) => people.map(({ displayName }) => displayName).join('; ');

const appCells: Cells<App, typeof appColumns> = {
  displayName: (app) => app.displayName,
  description: (app) => app.description,
  kind: (app) => app.kind,
  owners: (app) => names(app.owners),
  syncStatus: (app) => app.syncStatus,
  lastGoodSyncAt: (app) => app.lastGoodSyncAt,
  accounts: (app) => app.counts.accounts,
  entitlements: (app) => app.counts.entitlements,
  criticalHolders: (app) => app.counts.criticalHolders,
  accountsWithoutOwner: (app) => app.counts.accountsWithoutOwner,
  id: (app) => app.id,
};

const accountCells: Cells<Account, typeof accountColumns> = {
  displayName: (account) => account.displayName,
  email: (account) => account.email,
  username: (account) => account.username,
  appDisplayName: (account) => account.appDisplayName,
  owner: (account) => account.owner?.displayName ?? '',
  ownerEmail: (account) => account.owner?.email ?? '',
  ownerSource: (account) => account.ownerSource,
  type: (account) => account.type,
  status: (account) => account.status,
  statusDetails: (account) => account.statusDetails,
  highestRisk: (account) => account.highestRisk,
  grantCount: (account) => account.grantCount,
  roles: (account) => account.roles.join('; '),
  isExternal: (account) => account.isExternal,
  firstSeenAt: (account) => account.firstSeenAt,
  lastSeenAt: (account) => account.lastSeenAt,
  removedAt: (account) => account.removedAt,
  externalId: (account) => account.externalId,
  id: (account) => account.id,
};

const entitlementCells: Cells<Entitlement, typeof entitlementColumns> = {
  displayName: (entitlement) => entitlement.displayName,
  alias: (entitlement) => entitlement.alias,
  slug: (entitlement) => entitlement.slug,
  description: (entitlement) => entitlement.description,
  appDisplayName: (entitlement) => entitlement.appDisplayName,
  resourceDisplayName: (entitlement) => entitlement.resourceDisplayName,
  resourceTypeDisplayName: (entitlement) => entitlement.resourceTypeDisplayName,
  riskLevel: (entitlement) => entitlement.riskLevel,
  connectorRiskLevel: (entitlement) => entitlement.connectorRiskLevel,
  riskSetBy: (entitlement) => entitlement.riskSetBy?.displayName ?? '',
  grantCount: (entitlement) => entitlement.grantCount,
  complianceFrameworks: (entitlement) => entitlement.complianceFrameworks.join('; '),
  owners: (entitlement) => names(entitlement.owners),
  firstSeenAt: (entitlement) => entitlement.firstSeenAt,
  lastSeenAt: (entitlement) => entitlement.lastSeenAt,
  removedAt: (entitlement) => entitlement.removedAt,
  externalId: (entitlement) => entitlement.externalId,
  id: (entitlement) => entitlement.id,
};

const resourceCells: Cells<Resource, typeof resourceColumns> = {
  displayName: (resource) => resource.displayName,
  customName: (resource) => resource.customName,
  resourceTypeDisplayName: (resource) => resource.resourceTypeDisplayName,
  parent: (resource) => resource.parent?.displayName ?? '',
  status: (resource) => resource.status,
  owners: (resource) => names(resource.owners),
  entitlementCount: (resource) => resource.entitlementCount,
  grantCount: (resource) => resource.grantCount,
  firstSeenAt: (resource) => resource.firstSeenAt,
  lastSeenAt: (resource) => resource.lastSeenAt,
  removedAt: (resource) => resource.removedAt,
  externalId: (resource) => resource.externalId,
  id: (resource) => resource.id,
};

const grantCells: Cells<Grant, typeof grantColumns> = {
  account: ({ account }) => account.displayName,
  email: ({ account }) => account.email,
  owner: ({ account }) => account.owner?.displayName ?? '',
  entitlement: ({ entitlement }) => entitlement.alias || entitlement.displayName,
  slug: ({ entitlement }) => entitlement.slug,
  externalId: ({ entitlement }) => entitlement.externalId,
  resourceDisplayName: ({ entitlement }) => entitlement.resourceDisplayName,
  riskLevel: ({ entitlement }) => entitlement.riskLevel,
  isDirect: (grant) => grant.isDirect,
  sources: (grant) => grant.sources.map(({ displayName }) => displayName).join('; '),
  grantedAt: (grant) => grant.grantedAt,
  sinceFirstSync: (grant) => grant.sinceFirstSync,
};

/** Lists as files: the same filters, the columns asked for, every row. */
export function exportRoutes({ store: { db } }: { readonly store: Store }) {
  const all = { pageSize: ROWS_PER_READ };
  return {
    'POST /api/v1/export/apps': {
      access: readers,
      handle: ({ body: { columns, ...search } }, { actor, signal }) =>
        csvFile({
          columns,
          signal,
          cells: appCells,
          read: (pageToken) => findApps(db, { ...search, ...all, pageToken }, actor),
          show: (rows) => showApps(db, rows),
        }),
    },
    'POST /api/v1/export/app_users': {
      access: readers,
      handle: ({ body: { columns, ...search } }, { actor, signal }) =>
        csvFile({
          columns,
          signal,
          cells: accountCells,
          read: (pageToken) => findAccounts(db, { ...search, ...all, pageToken }, actor),
          show: (rows) => showAccounts(db, rows),
        }),
    },
    'POST /api/v1/export/entitlements': {
      access: readers,
      handle: ({ body: { columns, ...search } }, { actor, signal }) =>
        csvFile({
          columns,
          signal,
          cells: entitlementCells,
          read: (pageToken) => findEntitlements(db, { ...entitlementSearchOf(search), ...all, pageToken }, actor),
          show: (rows) => showEntitlements(db, rows),
        }),
    },
    'POST /api/v1/export/app_resources': {
      access: readers,
      handle: ({ body: { columns, ...search } }, { actor, signal }) =>
        csvFile({
          columns,
          signal,
          cells: resourceCells,
          read: (pageToken) => findResources(db, { ...search, ...all, pageToken }, actor),
          show: (rows) => showResources(db, rows),
        }),
    },
    'POST /api/v1/export/grants': {
      access: readers,
      handle: ({ body: { columns, ...search } }, { actor, signal }) =>
        csvFile({
          columns,
          signal,
          cells: grantCells,
          read: (pageToken) => findGrants(db, { ...search, ...all, pageToken }, actor),
          show: (rows) => showGrants(db, rows),
        }),
    },
  } satisfies Routes;
}
