import { type EndpointResponse, endpoints } from '@baton-ts/console-api';
import { visibleConnectors } from '../connectors/connector-rows.ts';
import type { Actor } from '../domain/actor.ts';
import { may } from '../domain/permissions.ts';
import { riskLevels } from '../domain/risk.ts';
import { countsOf } from '../store/app-counts.ts';
import type { Db } from '../store/store.ts';
import { visibleAppIds } from './app-rows.ts';
import { findFeed, showFeed } from './feed.ts';
import { appNames } from './show-apps.ts';
import { showSinceYouLeft } from './since-you-left.ts';

const SHOWN_CHANGES = 8;
const SHOWN_CONNECTORS = 20;

/** Of the apps that the person may look into; each number is that of a list. */
export async function showHome(db: Db, actor: Actor): Promise<EndpointResponse<'GET /api/v1/home'>> {
  const appIds = await visibleAppIds(db, actor, []);
  const [accounts, connectors, changes, sinceYouLeft] = await Promise.all([
    accountNumbers(db, appIds),
    connectorsNeedingAttention(db, actor),
    recentChanges(db, actor),
    showSinceYouLeft(db, actor),
  ]);
  return {
    apps: appIds.length,
    ...accounts,
    connectorsNeedingAttention: connectors,
    recentChanges: changes,
    sinceYouLeft,
  };
}

async function accountNumbers(db: Db, appIds: readonly string[]) {
  const counts = await countsOf(db, appIds);
  const [UNRATED = 0, LOW = 0, MEDIUM = 0, HIGH = 0, CRITICAL = 0] = riskLevels.map((_level, rank) =>
    counts.accountsOfRisk(rank),
  );
  return {
    accounts: counts.accounts,
    accountsWithoutOwner: counts.accountsWithoutOwner,
    externalAccounts: counts.externalAccounts,
    pendingInvitations: counts.invitations,
    risk: { CRITICAL, HIGH, MEDIUM, LOW, UNRATED },
  };
}

async function connectorsNeedingAttention(db: Db, actor: Actor) {
  if (!may(actor, 'connectors.read') && !may(actor, 'connectors.manage.own')) return [];
  const rows = await visibleConnectors(db, actor)
    .where('connectors.status', 'in', ['ERROR', 'PAUSED_ANOMALY', 'NOT_CONNECTED'])
    .orderBy('connectors.search')
    .orderBy('connectors.id')
    .limit(SHOWN_CONNECTORS)
    .execute();
  return rows.map((row) => ({
    appId: row.app_id,
    connectorId: row.id,
    displayName: row.display_name,
    status: row.status,
    reason: row.status_reason,
  }));
}

async function recentChanges(db: Db, actor: Actor) {
  const search = endpoints['POST /api/v1/grants/feed'].body.parse({ pageSize: SHOWN_CHANGES });
  const { rows } = await findFeed(db, search, actor);
  const events = await showFeed(db, rows);
  const apps = await appNames(
    db,
    events.map(({ appId }) => appId),
  );
  return events.map(({ at, eventType, account, entitlement, appId }) => ({
    at,
    eventType,
    accountId: account.id,
    accountName: account.displayName,
    entitlementId: entitlement.id,
    entitlementName: entitlement.displayName,
    appId,
    appName: apps.get(appId) ?? '',
    risk: entitlement.riskLevel,
  }));
}
