import type { Transaction } from 'kysely';
import { isExternal } from '../domain/owner-matching.ts';
import { organizationSetting } from '../settings/organization.ts';
import { readSetting } from '../settings/settings.ts';
import { countApp } from '../store/app-counts.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { BulkWriter } from './bulk.ts';
import { ownerFinder } from './owner-rules.ts';

const ACCOUNTS_AT_A_TIME = 1_000;

/**
 * Finds the owners of accounts anew, after rules, people, types or trusted domains have changed. What people decided stays.
 * In the transaction of that change.
 *
 * @param apps which ones; without them all
 * @returns how many accounts changed
 */
export async function rematch(
  trx: Transaction<Tables>,
  dialect: Store['dialect'],
  { appIds }: { readonly appIds?: readonly string[] } = {},
): Promise<number> {
  const ids =
    appIds ?? (await trx.selectFrom('apps').select('id').where('deleted_ms', 'is', null).execute()).map(({ id }) => id);
  const { trustedDomains } = await readSetting(trx, organizationSetting);
  const updates = new BulkWriter({
    trx,
    dialect,
    how: 'update',
    table: 'accounts',
    columns: { id: 'text', owner_id: 'text', owner_source: 'text', is_external: 'integer' },
    fixed: {},
  });
  for (const appId of ids) {
    const findOwner = await ownerFinder(trx, appId);
    let after = '';
    for (;;) {
      const rows = await trx
        .selectFrom('accounts')
        .select(['id', 'type', 'keys', 'display_name', 'external_id', 'resource_type_id', 'profile', 'email'])
        .select(['owner_id', 'owner_source', 'is_external'])
        .where('app_id', '=', appId)
        .where('id', '>', after)
        .orderBy('id')
        .limit(ACCOUNTS_AT_A_TIME)
        .execute();
      for (const row of rows) {
        const isManual = row.owner_source === 'MANUAL' || row.owner_source === 'CLEARED';
        const match = isManual
          ? { ownerId: row.owner_id, source: row.owner_source }
          : findOwner({ ...row, keys: JSON.parse(row.keys) });
        const external = Number(isExternal(row.email, trustedDomains));
        if (match.ownerId === row.owner_id && match.source === row.owner_source && external === row.is_external)
          continue;
        await updates.add({
          id: row.id,
          owner_id: match.ownerId,
          owner_source: match.source,
          is_external: external,
        });
      }
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.id;
    }
  }
  await updates.flush();
  if (updates.rows > 0) for (const appId of ids) await countApp(trx, appId);
  return updates.rows;
}
