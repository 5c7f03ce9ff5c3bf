import { removeOldSyncs } from './cleanup.ts';
import { openDatabase, SORTING_CACHE_KIB } from './database.ts';
import type { FinishJob } from './jobs.ts';
import { createIndexes } from './schema.ts';
import { countStats, statsToJson } from './stats.ts';
import type { SyncStats } from './store.ts';
import { formatTime } from './times.ts';

/**
 * Ends a sync. Older syncs go first, so that their rows are not indexed; `ended_at` comes last, together with what
 * describes the finished sync, so that a killed run is never taken for a finished one.
 */
export function finishSync(job: FinishJob): SyncStats {
  const db = openDatabase(job.database, SORTING_CACHE_KIB);
  try {
    db.exec('begin immediate');
    db.prepare('update v1_sync_runs set sync_token = ? where sync_id = ?').run(job.syncToken, job.syncId);
    if (job.keepSyncCount !== undefined) removeOldSyncs(db, job.syncId, job.keepSyncCount);
    db.prepare('delete from v1_connector_sessions where sync_id = ?').run(job.syncId);
    db.exec('commit');
    createIndexes(db);
    const stats = countStats(db, job.syncId);
    db.prepare(
      `update v1_sync_runs set ended_at = ?, stats = ?, ingest_invariant_generation = ?,
       ingest_invariant_coverage = ?, ingest_invariant_mode = ? where sync_id = ? and ended_at is null`,
    ).run(formatTime(new Date()), statsToJson(stats), ...invariantColumns(job.invariantCoverage), job.syncId);
    return stats;
  } finally {
    db.close();
  }
}

/** Generation, coverage and mode; all empty when no invariant ran (`c1z-format.md §4.8`). */
function invariantColumns(coverage: readonly string[]): [string, string, string] {
  return coverage.length === 0 ? ['', '', ''] : ['1', JSON.stringify(coverage), 'connector'];
}
