import type { DatabaseSync } from 'node:sqlite';
import { tables } from './schema.ts';
import type { SyncRun } from './store.ts';
import { readRuns } from './sync-runs.ts';

/** Diff syncs stay as one pair: the newest and its partner. */
const DIFF_TYPES: ReadonlySet<string> = new Set(['partial_upserts', 'partial_deletions']);
const KEPT_DIFFS = 2;

/**
 * Removes the older syncs (`c1z-format.md §4.6`): `keep` finished full syncs stay, the current one counted. Partial
 * ones go with the full sync they came after. Unfinished runs and the current one are never removed.
 *
 * @returns the ids of the removed syncs
 */
export function removeOldSyncs(db: DatabaseSync, currentSyncId: string, keep: number): string[] {
  const finished = readRuns(db).filter((run) => run.endedAt !== undefined && run.syncId !== currentSyncId);
  const full = finished.filter((run) => run.syncType === 'full');
  const dropped = full.slice(0, Math.max(0, full.length - Math.max(0, keep - 1)));
  const removed: SyncRun[] = [...dropped];

  const cutoff = dropped.at(-1)?.startedAt;
  if (cutoff !== undefined) {
    const dependent = new Set(['partial', 'resources_only']);
    removed.push(...finished.filter((run) => dependent.has(run.syncType) && Number(run.endedAt) < Number(cutoff)));
  }
  const diffs = finished.filter((run) => DIFF_TYPES.has(run.syncType));
  if (diffs.length > KEPT_DIFFS) removed.push(...diffs.filter((run) => !newestPair(db, diffs).has(run.syncId)));

  const ids = removed.map((run) => run.syncId);
  for (const id of ids) removeSync(db, id);
  return ids;
}

function newestPair(db: DatabaseSync, diffs: readonly SyncRun[]): Set<string> {
  const newest = diffs.reduce((a, b) => (Number(b.endedAt) >= Number(a.endedAt) ? b : a));
  const row = db.prepare('select linked_sync_id from v1_sync_runs where sync_id = ?').get(newest.syncId);
  return new Set([newest.syncId, String(row?.['linked_sync_id'] ?? '')]);
}

/** Removes the rows of one sync from every table, the run itself last. */
export function removeSync(db: DatabaseSync, syncId: string): void {
  const order = Object.keys(tables).filter((table) => table !== 'v1_sync_runs');
  for (const table of [...order, 'v1_sync_runs']) db.prepare(`delete from ${table} where sync_id = ?`).run(syncId);
}
