import type { DatabaseSync } from 'node:sqlite';
import { fileError } from '../file-errors.ts';
import { tables } from '../schema.ts';
import { latestFinishedFull, readRuns } from '../sync-runs.ts';
import { isStoredTime } from '../times.ts';
import { checkEnvelope } from './envelope-checks.ts';
import type { Report } from './finding.ts';
import { type Compared, type GrantsSince, grantsSince } from './grants-since.ts';
import { EARLIER } from './rows.ts';
import { checkOrphans, checkRuns, checkStats } from './run-checks.ts';
import { checkTables } from './schema-checks.ts';
import { CACHE_KIB, checkRows } from './verify-c1z.ts';

export interface VerifySinceOptions {
  /** What messages call the file. */
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
  readonly aside: Compared['aside'];
}

/**
 * Checks a file of one finished full sync by what is other than in an earlier one, which was found good: rows that stand there
 * in the same words are good here too, as long as what they name is still there. Each row is read, but indexes are only
 * compared with their tables where they are relied upon.
 *
 * @param path the packed file
 * @param db what it was unpacked into, with the earlier one attached
 * @returns undefined when it is not good in every respect, or this way does not tell: check all of it then
 */
export async function verifySince(
  path: string,
  db: DatabaseSync,
  { name, signal, aside }: VerifySinceOptions,
): Promise<GrantsSince | undefined> {
  let isGood = true;
  const report: Report = () => {
    isGood = false;
  };
  try {
    db.exec(`pragma main.cache_size = -${CACHE_KIB}; pragma ${EARLIER}.cache_size = -${CACHE_KIB}`);
    await checkEnvelope(path, report);
    if (!checkTables(db, report) || !isGood) return undefined;
    const earlier = readRuns(db, EARLIER);
    const earlierSyncId = latestFinishedFull(earlier)?.syncId;
    const [run, ...others] = checkRuns(db, report);
    if (run === undefined || others.length > 0 || run.syncType !== 'full' || !run.isFinished) return undefined;
    if (earlierSyncId === undefined || earlier.length > 1 || !hasSameTables(db)) return undefined;
    const isComparable = hasSameTypes(db, run.syncId, earlierSyncId) && haveGoodTimes(db);
    if (!isComparable) return undefined;
    checkRows(db, run, report, earlierSyncId);
    signal?.throwIfAborted();
    const grants = isGood ? await grantsSince({ db, run, earlierSyncId, signal, aside }) : undefined;
    if (grants === undefined) return undefined;
    checkStats(db, run, grants.count, report);
    checkOrphans(db, new Map([[run.syncId, grants.count]]), report);
    return isGood ? grants : undefined;
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw fileError(error, `checking ${name}`);
  }
}

const SQLITE_CORRUPT = 11;

/** Rows of either file that cannot be read. */
function isDamage(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_CORRUPT;
}

function hasSameTables(db: DatabaseSync): boolean {
  const columns = db.prepare('select group_concat(name) as names from pragma_table_info(?, ?)');
  return Object.keys(tables).every(
    (table) => columns.get(table, 'main')?.['names'] === columns.get(table, EARLIER)?.['names'],
  );
}

/** Resources are checked by what their type demands. */
function hasSameTypes(db: DatabaseSync, syncId: string, earlierSyncId: string): boolean {
  const rows = (file: string) => `select external_id, data from ${file}.v1_resource_types where sync_id = ?`;
  const [now, before] = [rows('main'), rows(EARLIER)];
  const sql = `select 1 where exists (${now} except ${before}) or exists (${before} except ${now})`;
  return db.prepare(sql).get(syncId, earlierSyncId, earlierSyncId, syncId) === undefined;
}

/** Of resources that are not read one by one. */
function haveGoodTimes(db: DatabaseSync): boolean {
  return db
    .prepare('select distinct discovered_at as time from main.v1_resources')
    .all()
    .every(({ time }) => typeof time === 'string' && isStoredTime(time));
}
