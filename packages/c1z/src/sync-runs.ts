import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { columnNames } from './schema.ts';
import type { SyncRun } from './store.ts';
import { parseNanos, parseTime, RESUMABLE_FOR_MS } from './times.ts';

/** All runs in the order in which they were started. Columns that an older file lacks have their defaults. */
export function readRuns(db: DatabaseSync, file = 'main'): SyncRun[] {
  const present = columnNames(db, 'v1_sync_runs', file);
  if (present.size === 0) return [];
  const type = present.has('sync_type') ? 'sync_type' : "'full' as sync_type";
  const parent = present.has('parent_sync_id') ? 'parent_sync_id' : "'' as parent_sync_id";
  return db
    .prepare(
      `select sync_id, started_at, ended_at, sync_token, ${type}, ${parent} from ${file}.v1_sync_runs order by id`,
    )
    .all()
    .map(toRun);
}

function toRun(row: Record<string, SQLOutputValue>): SyncRun {
  const ended = row['ended_at'];
  return {
    syncId: String(row['sync_id']),
    syncType: String(row['sync_type']),
    parentSyncId: String(row['parent_sync_id']),
    startedAt: parseTime(String(row['started_at'])),
    startedNanos: parseNanos(String(row['started_at'])),
    endedAt: ended === null ? undefined : parseTime(String(ended)),
    endedNanos: ended === null ? undefined : parseNanos(String(ended)),
    syncToken: String(row['sync_token']),
  };
}

/** The finished full sync with the greatest end, then the greatest id (`c1z-format.md §7`, reader 4). */
export function latestFinishedFull(runs: readonly SyncRun[]): SyncRun | undefined {
  return runs
    .filter((run) => run.syncType === 'full' && run.endedAt !== undefined)
    .sort((a, b) => Number(b.endedAt) - Number(a.endedAt) || (a.syncId < b.syncId ? 1 : -1))[0];
}

/** The newest unfinished run that is at most 7 days old, of one type or of any (`c1z-format.md §4.4`). */
export function newestUnfinished(runs: readonly SyncRun[], syncType?: string): SyncRun | undefined {
  const oldest = Date.now() - RESUMABLE_FOR_MS;
  return runs
    .filter((run) => run.endedAt === undefined && Number(run.startedAt) >= oldest)
    .filter((run) => syncType === undefined || run.syncType === syncType)
    .sort((a, b) => Number(b.startedAt) - Number(a.startedAt) || (a.syncId < b.syncId ? 1 : -1))[0];
}
