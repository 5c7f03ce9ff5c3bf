import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { columnNames, tables } from '../schema.ts';
import { statsFromJson } from '../stats.ts';
import { isStoredTime, parseTime } from '../times.ts';
import type { Report } from './finding.ts';
import { shown } from './rows.ts';

/** By default a writer keeps the new sync and one before it (`c1z-format.md §4.6`). */
const KEPT_FULL_SYNCS = 2;
const OWN_TYPES = new Set(['full', 'resources_only', 'partial', 'partial_upserts', 'partial_deletions']);
const WITHOUT_PARENT = new Set(['full', 'resources_only']);
const INVARIANT_MODES = new Set(['connector', 'connector_fail_fast', 'compaction_merge', 'compaction_merge_fail_fast']);
const KSUID = /^[0-9A-Za-z]{27}$/;
const LARGEST_KSUID = 'aWgEPTl1tmebfsQzFP4bxwgy80V';

type Row = Record<string, SQLOutputValue>;

export interface CheckedRun {
  readonly syncId: string;
  readonly syncType: string;
  readonly isFinished: boolean;
  /** What the file says that the sync holds; null when it says nothing. */
  readonly stats: SQLOutputValue;
  /** The row in `v1_sync_runs`. */
  readonly where: string;
}

/** The rows of `v1_sync_runs` (`c1z-format.md §3.4, §4`), and rows that belong to no run. */
export function checkRuns(db: DatabaseSync, report: Report): CheckedRun[] {
  const rows = db.prepare('select * from v1_sync_runs order by id').all();
  const runs = rows.map((row) => checkRun(db, row, report));
  const full = runs.filter(({ syncType, isFinished }) => syncType === 'full' && isFinished);
  if (full.length > KEPT_FULL_SYNCS) {
    report({
      severity: 'warning',
      rule: 'too-many-syncs',
      source: 'c1z-format.md §4.6',
      where: 'v1_sync_runs',
      message: `the file keeps ${full.length} finished full syncs; writers keep ${KEPT_FULL_SYNCS} by default`,
    });
  }
  return runs;
}

function checkRun(db: DatabaseSync, row: Row, report: Report): CheckedRun {
  const textOf = (column: string): string => (typeof row[column] === 'string' ? row[column] : '');
  const syncId = textOf('sync_id');
  const syncType = row['sync_type'] === undefined ? 'full' : textOf('sync_type');
  const isFinished = row['ended_at'] !== null;
  const where = `v1_sync_runs row ${shown(row['id'])}`;
  const tell = (severity: 'error' | 'warning', rule: string, source: string, message: string): void =>
    report({
      severity,
      rule,
      source: `c1z-format.md ${source}`,
      where,
      syncId,
      message,
    });

  if (!KSUID.test(syncId) || syncId > LARGEST_KSUID) {
    tell('error', 'sync-id', '§3.4', `“${syncId}” is not a KSUID, which a sync id must be`);
  }
  for (const column of ['started_at', 'ended_at']) {
    const value = row[column];
    if (value === null && column === 'ended_at') continue;
    if (typeof value !== 'string' || !isReadable(value)) {
      tell('error', 'time-unreadable', '§3.4', `${column} is “${shown(value)}”, which no reader takes for a time`);
    } else if (!isStoredTime(value)) {
      tell('warning', 'time-layout', '§3.4', `${column} is “${shown(value)}”, which sorts wrongly as text`);
    }
  }
  if (!OWN_TYPES.has(syncType))
    tell('warning', 'sync-type', '§4.1', `the type “${syncType}” is not one that writers make`);
  if (WITHOUT_PARENT.has(syncType) && textOf('parent_sync_id') !== '') {
    tell(
      'error',
      'parent-of-whole-sync',
      '§4.1',
      `a ${syncType} sync has no parent, this one names ${textOf('parent_sync_id')}`,
    );
  }
  checkToken(textOf('sync_token'), isFinished, tell);
  checkInvariantColumns(row, textOf, isFinished, tell);
  if (row['grants_backfilled'] === 0) {
    tell(
      'warning',
      'grants-not-backfilled',
      '§2.4',
      'expandable grants may still be inside the data; readers move them on opening',
    );
  }
  if (isFinished) {
    const sessions = db.prepare('select count(*) as count from v1_connector_sessions where sync_id = ?').get(syncId);
    if (Number(sessions?.['count']) > 0) {
      tell(
        'warning',
        'session-rows-left',
        '§7 writer 12',
        `${shown(sessions?.['count'])} session rows are left of a finished sync`,
      );
    }
  }
  return { syncId, syncType, isFinished, stats: row['stats'] ?? null, where };
}

type Tell = (severity: 'error' | 'warning', rule: string, source: string, message: string) => void;

function isReadable(text: string): boolean {
  try {
    parseTime(text);
    return true;
  } catch {
    return false;
  }
}

/** `''` or the engine's state; a finished run has nothing left to do (`c1z-format.md §4.3`). */
function checkToken(token: string, isFinished: boolean, tell: Tell): void {
  if (token === '') return;
  const state = parseObject(token);
  if (state === undefined) return tell('error', 'sync-token', '§4.3', 'the sync token is not a JSON object');
  const pending = [state['action_order'], state['actions']].find((list) => Array.isArray(list) && list.length > 0);
  if (isFinished && pending !== undefined) {
    tell('error', 'finished-with-actions', '§4.3', 'the sync is marked as finished and its token still holds actions');
  }
}

/** All three or none (`c1z-format.md §4.8`). */
function checkInvariantColumns(row: Row, textOf: (column: string) => string, isFinished: boolean, tell: Tell): void {
  if (row['ingest_invariant_mode'] === undefined) return;
  const values = ['generation', 'coverage', 'mode'].map((name) => textOf(`ingest_invariant_${name}`));
  const [generation, coverage = '', mode = ''] = values;
  if (values.every((value) => value === '')) return;
  const isCoverage = isStringArray(coverage);
  if (!isFinished || generation !== '1' || !isCoverage || !INVARIANT_MODES.has(mode)) {
    tell(
      'error',
      'invariant-columns',
      '§4.8',
      `the invariant columns hold “${values.join('”, “')}”, which readers take as unverified`,
    );
  }
}

function isStringArray(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string');
  } catch {
    return false;
  }
}

/** The stored statistics of a finished sync against its rows (`c1z-format.md §4.7`). */
export function checkStats(db: DatabaseSync, run: CheckedRun, grants: number, report: Report): void {
  const { syncId, syncType, isFinished, stats, where } = run;
  if (!isFinished || typeof stats !== 'string') return;
  const told = statsFromJson(stats);
  // Readers count by themselves when it cannot be used.
  if (told === undefined) return;
  const rowsIn = (table: string): number =>
    Number(db.prepare(`select count(*) as count from ${table} where sync_id = ?`).get(syncId)?.['count']);
  const counted: readonly (readonly [name: 'resourceTypes' | 'resources' | 'entitlements' | 'grants', rows: number])[] =
    [
      ['resourceTypes', rowsIn('v1_resource_types')],
      ['resources', rowsIn('v1_resources')],
      ...(syncType === 'resources_only'
        ? []
        : ([
            ['entitlements', rowsIn('v1_entitlements')],
            ['grants', grants],
          ] as const)),
    ];
  for (const [name, rows] of counted) {
    if (told[name] === rows) continue;
    report({
      severity: 'error',
      rule: 'stats',
      source: 'c1z-format.md §4.7',
      where,
      syncId,
      message: `the stored statistics say ${told[name]} ${name}, the rows are ${rows}`,
    });
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Rows that belong to no run; those of grants were counted on the way. */
export function checkOrphans(db: DatabaseSync, grants: ReadonlyMap<string, number>, report: Report): void {
  const tell = (table: string, syncId: string, rows: number): void =>
    report({
      severity: 'error',
      rule: 'rows-without-sync',
      source: 'c1z-format.md §7 writer 12',
      where: table,
      syncId,
      message: `${rows} rows belong to the sync ${syncId}, which is not in v1_sync_runs`,
    });
  const isRun = db.prepare('select 1 from v1_sync_runs where sync_id = ?');
  for (const [syncId, rows] of grants) if (isRun.get(syncId) === undefined) tell('v1_grants', syncId, rows);
  for (const table of Object.keys(tables)) {
    if (table === 'v1_sync_runs' || table === 'v1_grants' || !columnNames(db, table).has('sync_id')) continue;
    const orphans = db
      .prepare(
        `select sync_id, count(*) as count from ${table} where sync_id not in (select sync_id from v1_sync_runs) group by sync_id`,
      )
      .iterate();
    for (const row of orphans) tell(table, String(row['sync_id']), Number(row['count']));
  }
}
