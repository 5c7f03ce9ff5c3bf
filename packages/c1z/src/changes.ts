import { Connection, openDatabase, SORTING_CACHE_KIB } from './database.ts';
import type { CompareJob } from './jobs.ts';
import type { RowChanges, SyncChanges } from './store.ts';

/** Compares the rows of two syncs by id and bytes. Both syncs' unique indexes must exist: each row is looked up once. */
export function compare({ database, beforeSyncId, afterSyncId }: CompareJob): SyncChanges {
  const connection = new Connection(openDatabase(database, SORTING_CACHE_KIB));
  try {
    return changesBetween(connection, beforeSyncId, afterSyncId);
  } finally {
    connection.close();
  }
}

function changesBetween(connection: Connection, beforeSyncId: string, afterSyncId: string): SyncChanges {
  const ofTable = (table: string, differs: string): RowChanges => {
    const count = (sql: string, ...syncIds: string[]): Record<string, number> =>
      Object.fromEntries(
        connection
          .statement(sql)
          .all(...syncIds)
          .map((row) => [String(row['resource_type_id']), Number(row['rows'])]),
      );
    const onlyInFirst = `select one.resource_type_id, count(*) as rows from ${table} one where one.sync_id = ?
      and not exists (select 1 from ${table} other where other.external_id = one.external_id and other.sync_id = ?)
      group by one.resource_type_id`;
    return {
      added: count(onlyInFirst, afterSyncId, beforeSyncId),
      removed: count(onlyInFirst, beforeSyncId, afterSyncId),
      changed: count(
        `select now.resource_type_id, count(*) as rows from ${table} now
         join ${table} old on old.external_id = now.external_id and old.sync_id = ?
         where now.sync_id = ? and (${differs}) group by now.resource_type_id`,
        beforeSyncId,
        afterSyncId,
      ),
    };
  };
  return {
    resources: ofTable('v1_resources', 'now.data <> old.data'),
    entitlements: ofTable('v1_entitlements', 'now.data <> old.data'),
    grants: ofTable('v1_grants', 'now.data <> old.data or now.expansion is not old.expansion'),
  };
}
