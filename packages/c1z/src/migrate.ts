import type { DatabaseSync } from 'node:sqlite';
import { type Grant, GrantSchema } from '@baton-ts/protocol/connector-v2';
import { encode } from '@baton-ts/protocol/encode';
import { fromBinary } from '@bufbuild/protobuf';
import { openDatabase, SORTING_CACHE_KIB } from './database.ts';
import { takeExpansion } from './grant-encoding.ts';
import { createIndexes, createTables } from './schema.ts';

/** Rows that the backfill holds in memory at a time. */
const BATCH_ROWS = 1000;

/** Brings a working copy to the schema of `c1z-format.md §2`, whatever wrote it. Tables of others stay. */
export function migrate(database: string): void {
  const db = openDatabase(database, SORTING_CACHE_KIB);
  try {
    db.exec('begin immediate');
    createTables(db);
    createIndexes(db);
    backfillExpansion(db);
    db.exec('commit');
  } finally {
    db.close();
  }
}

/** Moves `GrantExpandable` out of the grants of syncs that kept it inside (`c1z-format.md §2.4`). */
function backfillExpansion(db: DatabaseSync): void {
  // Asked first: the join below visits every grant.
  if (db.prepare('select 1 from v1_sync_runs where grants_backfilled = 0').get() === undefined) return;
  const select = db.prepare(
    `select g.id, g.data from v1_grants g join v1_sync_runs s on s.sync_id = g.sync_id
     where s.grants_backfilled = 0 and g.expansion is null and g.id > ? order by g.id limit ${BATCH_ROWS}`,
  );
  const update = db.prepare('update v1_grants set expansion = ?, needs_expansion = ?, data = ? where id = ?');
  for (let cursor = 0; ; ) {
    const rows = select.all(cursor);
    const last = rows.at(-1);
    if (last === undefined) break;
    cursor = Number(last['id']);
    for (const { id, data } of rows) {
      const moved = data instanceof Uint8Array ? withoutExpansion(data) : undefined;
      if (moved !== undefined) update.run(moved.expansion, moved.expansion === null ? 0 : 1, moved.data, Number(id));
    }
  }
  db.exec('update v1_sync_runs set grants_backfilled = 1 where grants_backfilled = 0');
}

/** Undefined when there is nothing to move. A grant that cannot be read stays as it is: reading it tells. */
function withoutExpansion(data: Uint8Array): { expansion: Uint8Array | null; data: Uint8Array } | undefined {
  if (!Buffer.from(data.buffer, data.byteOffset, data.length).includes('c1.connector.v2.GrantExpandable')) {
    return undefined;
  }
  try {
    const grant: Grant = fromBinary(GrantSchema, data);
    const { expansion, annotations } = takeExpansion(grant);
    if (annotations.length === grant.annotations.length) return undefined;
    grant.annotations = annotations;
    return { expansion, data: encode(GrantSchema, grant) };
  } catch {
    return undefined;
  }
}
