import { sql, type Transaction } from 'kysely';
import { ACCOUNT_FACET, type AccountFacet, readFacet } from './account-facets.ts';
import type { Db } from './store.ts';
import type { Tables } from './tables.ts';

/** The type of accounts that have not accepted their invitation yet (`docs/data-model.md`). */
const INVITATION_TYPE = 'teammate_invitation';

const FACET_COUNT = 'accountsOfFacet/';

/** How many there are now, of one app or of several. */
export interface AppCounts {
  readonly accounts: number;
  readonly accountsWithoutOwner: number;
  readonly externalAccounts: number;
  readonly invitations: number;
  /** Accounts that hold something critical. */
  readonly criticalHolders: number;
  readonly resources: number;
  readonly entitlements: number;
  /** Accounts by the rank of their highest risk. */
  readonly accountsOfRisk: (rank: number) => number;
  /** Accounts of which all this is so, also those that are gone (`account-facets.ts`). */
  readonly accountsOf: (isWanted: (facet: AccountFacet) => boolean) => number;
  readonly resourcesOfType: (type: string) => number;
  readonly entitlementsOfType: (type: string) => number;
}

/**
 * Counts what an app has, for lists and pages that would else count a hundred thousand rows each time they are shown. Has to be
 * called in every transaction that adds or removes accounts, resources or entitlements, or changes what accounts are narrowed by.
 */
export async function countApp(trx: Transaction<Tables>, appId: string): Promise<void> {
  const facet = sql<number>`${sql.raw(ACCOUNT_FACET)}`;
  const accounts = await trx
    .selectFrom('accounts')
    .select([
      facet.as('facet'),
      sql<number>`count(*)`.as('accounts'),
      sql<number>`cast(sum(case when resource_type_id = ${INVITATION_TYPE} then 1 else 0 end) as bigint)`.as(
        'invitations',
      ),
      sql<number>`cast(sum(case when critical_count > 0 then 1 else 0 end) as bigint)`.as('criticalHolders'),
    ])
    .where('app_id', '=', appId)
    .groupBy(facet)
    .execute();
  const counts = new Map<string, number>();
  const add = (what: string, number: number): void => void counts.set(what, (counts.get(what) ?? 0) + number);
  for (const { facet: number, ...numbers } of accounts) {
    add(`${FACET_COUNT}${number}`, numbers.accounts);
    if (readFacet(number).isRemoved) continue;
    add('invitations', numbers.invitations);
    add('criticalHolders', numbers.criticalHolders);
  }
  for (const table of ['resources', 'entitlements'] as const) {
    const types = await trx
      .selectFrom(table)
      .select('resource_type_id')
      .select(sql<number>`count(*)`.as('number'))
      .where('app_id', '=', appId)
      .where('removed_ms', 'is', null)
      .groupBy('resource_type_id')
      .execute();
    for (const { resource_type_id, number } of types) {
      add(table, number);
      add(`${table}OfType/${resource_type_id}`, number);
    }
  }
  await trx.deleteFrom('app_counts').where('app_id', '=', appId).execute();
  const rows = [...counts].map(([what, number]) => ({ app_id: appId, what, number }));
  if (rows.length > 0) await trx.insertInto('app_counts').values(rows).execute();
}

/** What each app has. */
export async function countsByApp(db: Db, appIds: readonly string[]): Promise<ReadonlyMap<string, AppCounts>> {
  if (appIds.length === 0) return new Map();
  const rows = await db.selectFrom('app_counts').selectAll().where('app_id', 'in', appIds).execute();
  const byApp = Map.groupBy(rows, ({ app_id }) => app_id);
  return new Map(appIds.map((id) => [id, asCounts(byApp.get(id) ?? [])]));
}

/** What these apps have together. */
export async function countsOf(db: Db, appIds: readonly string[]): Promise<AppCounts> {
  if (appIds.length === 0) return asCounts([]);
  const rows = await db
    .selectFrom('app_counts')
    .select('what')
    .select(sql<number>`cast(sum(number) as bigint)`.as('number'))
    .where('app_id', 'in', appIds)
    .groupBy('what')
    .execute();
  return asCounts(rows);
}

function asCounts(rows: readonly Pick<Tables['app_counts'], 'what' | 'number'>[]): AppCounts {
  const counts = new Map(rows.map(({ what, number }) => [what, number]));
  const of = (what: string): number => counts.get(what) ?? 0;
  const facets = rows
    .filter(({ what }) => what.startsWith(FACET_COUNT))
    .map(({ what, number }) => ({ ...readFacet(Number(what.slice(FACET_COUNT.length))), number }));
  const accountsOf: AppCounts['accountsOf'] = (isWanted) =>
    facets.reduce((sum, facet) => sum + (isWanted(facet) ? facet.number : 0), 0);
  return {
    accounts: accountsOf(({ isRemoved }) => !isRemoved),
    accountsWithoutOwner: accountsOf(({ isRemoved, hasOwner }) => !isRemoved && !hasOwner),
    externalAccounts: accountsOf(({ isRemoved, isExternal }) => !isRemoved && isExternal),
    invitations: of('invitations'),
    criticalHolders: of('criticalHolders'),
    resources: of('resources'),
    entitlements: of('entitlements'),
    accountsOfRisk: (rank) => accountsOf(({ isRemoved, highestRisk }) => !isRemoved && highestRisk === rank),
    accountsOf,
    resourcesOfType: (type) => of(`resourcesOfType/${type}`),
    entitlementsOfType: (type) => of(`entitlementsOfType/${type}`),
  };
}
