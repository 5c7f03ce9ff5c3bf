import type { Account } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Selectable } from 'kysely';
import { riskLevelOf } from '../domain/risk.ts';
import type { Db } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { jsonObject, jsonTexts, showSeen } from './lists.ts';
import { appNames } from './show-apps.ts';

export type AccountRow = Selectable<Tables['accounts']>;

/** @throws BatonError `NotFound` when there is no such account in this app; whether the app may be seen is not asked */
export async function getAccount(db: Db, appId: string, accountId: string): Promise<AccountRow> {
  const row = await db
    .selectFrom('accounts')
    .selectAll()
    .where('id', '=', accountId)
    .where('app_id', '=', appId)
    .executeTakeFirst();
  if (row === undefined) throw new BatonError(Code.NotFound, `There is no account ${accountId} in this app.`);
  return row;
}

/** Accounts as an answer shows them. */
export async function showAccounts(db: Db, rows: readonly AccountRow[]): Promise<Account[]> {
  const [apps, owners] = await Promise.all([
    appNames(
      db,
      rows.map((row) => row.app_id),
    ),
    accountOwners(db, rows),
  ]);
  return rows.map((row) => ({
    id: row.id,
    appId: row.app_id,
    appDisplayName: apps.get(row.app_id) ?? '',
    resourceTypeId: row.resource_type_id,
    externalId: row.external_id,
    displayName: row.display_name,
    email: row.email,
    username: row.username,
    status: row.status,
    statusDetails: row.status_details,
    type: row.type,
    typeIsManual: row.type_is_manual === 1,
    owner: owners.get(row.owner_id) ?? null,
    ownerSource: row.owner_source,
    isExternal: row.is_external === 1,
    highestRisk: riskLevelOf(row.highest_risk),
    grantCount: row.grant_count,
    riskCounts: {
      CRITICAL: row.critical_count,
      HIGH: row.high_count,
      MEDIUM: row.medium_count,
      LOW: row.low_count,
      UNRATED: row.unrated_count,
    },
    roles: jsonTexts(row.roles),
    profile: jsonObject(row.profile),
    ...showSeen(row),
  }));
}

/** Who owns them, by person. */
export async function accountOwners(
  db: Db,
  accounts: readonly Pick<AccountRow, 'owner_id'>[],
): Promise<ReadonlyMap<string | null, NonNullable<Account['owner']>>> {
  const ids = [...new Set(accounts.flatMap((account) => account.owner_id ?? []))];
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('people')
    .select(['id', 'display_name', 'email', 'status'])
    .where('id', 'in', ids)
    .execute();
  return new Map(
    rows.map(({ id, display_name, email, status }) => [id, { id, displayName: display_name, email, status }]),
  );
}
