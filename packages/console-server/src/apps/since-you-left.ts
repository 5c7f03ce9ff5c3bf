import type { EndpointResponse } from '@baton-ts/console-api';
import { type SelectQueryBuilder, sql } from 'kysely';
import { visibleConnectors } from '../connectors/connector-rows.ts';
import { time } from '../connectors/show-connector.ts';
import type { Actor } from '../domain/actor.ts';
import { may } from '../domain/permissions.ts';
import { riskRank } from '../domain/risk.ts';
import { LONGEST_SYNC_MS } from '../domain/sync-schedule.ts';
import { MOST_COUNTED } from '../store/paging.ts';
import type { Db } from '../store/store.ts';
import { visibleAppIds } from './app-rows.ts';
import { accountsById, entitlementsById } from './grants.ts';
import { appNames } from './show-apps.ts';

export type SinceYouLeft = NonNullable<EndpointResponse<'GET /api/v1/home'>['sinceYouLeft']>;

const SHOWN_OF_EACH = 5;

/**
 * What came since the person's visit before this one, among what they may see: a few of each, the newest first, and how
 * many there are. What the first sync of a connector found was there before, and is not news.
 *
 * @returns null on the first visit
 */
export async function showSinceYouLeft(db: Db, actor: Actor): Promise<SinceYouLeft | null> {
  const person = await db.selectFrom('people').select('left_ms').where('id', '=', actor.id).executeTakeFirst();
  const leftMs = person?.left_ms ?? null;
  if (leftMs === null) return null;
  const appIds = await visibleAppIds(db, actor, []);
  const [newAccounts, criticalGrants, failedSyncs] = await Promise.all([
    accountsSince(db, appIds, leftMs),
    criticalGrantsSince(db, appIds, leftMs),
    failedSyncsSince(db, actor, leftMs),
  ]);
  return { leftAt: time(leftMs), newAccounts, criticalGrants, failedSyncs };
}

async function accountsSince(db: Db, appIds: readonly string[], sinceMs: number): Promise<SinceYouLeft['newAccounts']> {
  if (appIds.length === 0) return none;
  const rows = db
    .selectFrom('accounts')
    .where('accounts.app_id', 'in', appIds)
    .where('accounts.removed_ms', 'is', null)
    .where('accounts.first_seen_ms', '>', sinceMs)
    .where((where) =>
      where.exists(
        where
          .selectFrom('syncs')
          .select('syncs.id')
          .whereRef('syncs.connector_id', '=', 'accounts.connector_id')
          .where('syncs.result', '=', 'APPLIED')
          .whereRef('syncs.finished_ms', '<', 'accounts.first_seen_ms'),
      ),
    );
  const [found, counted] = await Promise.all([
    rows
      .select(['accounts.id', 'accounts.app_id', 'accounts.display_name', 'accounts.first_seen_ms'])
      .orderBy('accounts.first_seen_ms', 'desc')
      .orderBy('accounts.id')
      .limit(SHOWN_OF_EACH)
      .execute(),
    countOf(db, rows.select('accounts.id')),
  ]);
  const names = await namesOf(db, found);
  return {
    ...counted,
    list: found.map((row) => ({
      at: time(row.first_seen_ms),
      accountId: row.id,
      accountName: row.display_name,
      appId: row.app_id,
      appName: names.get(row.app_id) ?? '',
    })),
  };
}

async function criticalGrantsSince(
  db: Db,
  appIds: readonly string[],
  sinceMs: number,
): Promise<SinceYouLeft['criticalGrants']> {
  if (appIds.length === 0) return none;
  const rows = db
    .selectFrom('grants')
    .where('grants.app_id', 'in', appIds)
    .where('grants.risk', '=', riskRank('CRITICAL'))
    .where('grants.granted_ms', '>', sinceMs)
    .where('grants.revoked_ms', 'is', null)
    .where('grants.since_first_sync', '=', 0);
  const [found, counted] = await Promise.all([
    rows
      .select(['grants.app_id', 'grants.account_id', 'grants.entitlement_id', 'grants.granted_ms'])
      .orderBy('grants.granted_ms', 'desc')
      .orderBy('grants.id')
      .limit(SHOWN_OF_EACH)
      .execute(),
    countOf(db, rows.select('grants.id')),
  ]);
  if (found.length === 0) return none;
  const [names, accounts, entitlements] = await Promise.all([
    namesOf(db, found),
    accountsById(db, found),
    entitlementsById(db, found),
  ]);
  return {
    ...counted,
    list: found.map((row) => {
      const entitlement = entitlements.get(row.entitlement_id);
      return {
        at: time(row.granted_ms),
        accountId: row.account_id,
        accountName: accounts.get(row.account_id)?.display_name ?? '',
        entitlementId: row.entitlement_id,
        entitlementName: entitlement === undefined ? '' : entitlement.alias || entitlement.display_name,
        appId: row.app_id,
        appName: names.get(row.app_id) ?? '',
      };
    }),
  };
}

async function failedSyncsSince(db: Db, actor: Actor, sinceMs: number): Promise<SinceYouLeft['failedSyncs']> {
  if (!may(actor, 'connectors.read') && !may(actor, 'connectors.manage.own')) return none;
  const connectors = visibleConnectors(db, actor).clearSelect().select('connectors.id');
  const rows = db
    .selectFrom('syncs')
    .innerJoin('connectors', 'connectors.id', 'syncs.connector_id')
    .where('syncs.connector_id', 'in', connectors)
    // By which an index finds them: what ended since may have begun before.
    .where('syncs.started_ms', '>', sinceMs - LONGEST_SYNC_MS)
    .where('syncs.finished_ms', '>', sinceMs)
    .where('syncs.result', '=', 'FAILED');
  const [found, counted] = await Promise.all([
    rows
      .select(['syncs.app_id', 'syncs.connector_id', 'syncs.finished_ms', 'syncs.reason', 'connectors.display_name'])
      .orderBy('syncs.started_ms', 'desc')
      .orderBy('syncs.id')
      .limit(SHOWN_OF_EACH)
      .execute(),
    countOf(db, rows.select('syncs.id')),
  ]);
  return {
    ...counted,
    list: found.map((row) => ({
      at: time(row.finished_ms ?? sinceMs),
      connectorId: row.connector_id,
      connectorName: row.display_name,
      appId: row.app_id,
      reason: row.reason,
    })),
  };
}

const none = { count: 0, isLowerBound: false, list: [] };

/** Counts to an end, since a long absence may have brought many. */
async function countOf<DB, TB extends keyof DB, Row>(db: Db, rows: SelectQueryBuilder<DB, TB, Row>) {
  const counted = rows.limit(MOST_COUNTED + 1);
  const answer = await sql<{ number: number }>`select count(*) as number from (${counted}) as counted`.execute(db);
  const number = answer.rows[0]?.number ?? 0;
  return { count: Math.min(number, MOST_COUNTED), isLowerBound: number > MOST_COUNTED };
}

function namesOf(db: Db, rows: readonly { readonly app_id: string }[]) {
  return appNames(
    db,
    rows.map(({ app_id }) => app_id),
  );
}
