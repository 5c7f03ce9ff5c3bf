import { sql } from 'kysely';
import type { Db } from './store.ts';
import type { Tables } from './tables.ts';

/**
 * All that lists of accounts are narrowed by, as one number, of which an index has the accounts in each order of their lists.
 * The indexes are of exactly this text.
 */
export const ACCOUNT_FACET = `case status when 'ENABLED' then 0 when 'DISABLED' then 1 else 2 end
  + 3 * case type when 'USER' then 0 when 'SERVICE_ACCOUNT' then 1 else 2 end
  + 9 * case when owner_id is null then 0 else 1 end
  + 18 * is_external
  + 36 * case when removed_ms is null then 0 else 1 end
  + 72 * (highest_risk + 1)`;

/** As the columns of `accounts` say it. */
export interface AccountFacet {
  readonly status: Tables['accounts']['status'];
  readonly type: Tables['accounts']['type'];
  readonly hasOwner: boolean;
  readonly isExternal: boolean;
  readonly isRemoved: boolean;
  readonly highestRisk: number;
}

const statuses = ['ENABLED', 'DISABLED', 'DELETED'] as const;
const types = ['USER', 'SERVICE_ACCOUNT', 'SYSTEM_ACCOUNT'] as const;

export function readFacet(facet: number): AccountFacet {
  const digit = (unit: number, base: number): number => Math.floor(facet / unit) % base;
  return {
    status: statuses[digit(1, 3)] ?? 'DELETED',
    type: types[digit(3, 3)] ?? 'SYSTEM_ACCOUNT',
    hasOwner: digit(9, 2) === 1,
    isExternal: digit(18, 2) === 1,
    isRemoved: digit(36, 2) === 1,
    highestRisk: Math.floor(facet / 72) - 1,
  };
}

/** The facets of which an app has an account. Each one costs a look at the index, not at the accounts. */
export async function facetsOf(db: Db, appIds: readonly string[]): Promise<{ appId: string; facet: number }[]> {
  const facet = sql.raw(ACCOUNT_FACET);
  const found: { appId: string; facet: number }[] = [];
  for (const appId of appIds) {
    const { rows } = await sql<{ facet: number }>`with recursive present (facet) as (
        select min(${facet}) from accounts where app_id = ${appId}
        union all
        select (select min(${facet}) from accounts where app_id = ${appId} and (${facet}) > present.facet)
          from present where present.facet is not null
      ) select facet from present where facet is not null`.execute(db);
    found.push(...rows.map((row) => ({ appId, facet: row.facet })));
  }
  return found;
}
