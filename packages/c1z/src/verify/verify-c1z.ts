import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { fileError } from '../file-errors.ts';
import { unpackFile } from '../unpack-file.ts';
import { checkEnvelope } from './envelope-checks.ts';
import { ExclusionGroups } from './exclusion-groups.ts';
import type { Report } from './finding.ts';
import { checkGrants } from './grant-checks.ts';
import { checkIds, checkReferences } from './reference-checks.ts';
import { checkAssets, checkEntitlements, checkResources, checkResourceTypes } from './row-checks.ts';
import { type CheckedRun, checkOrphans, checkRuns, checkStats } from './run-checks.ts';
import { checkSchema } from './schema-checks.ts';

export interface VerifyOptions {
  /** What messages call the file. Default: its path. */
  readonly name?: string;
  /** Gets each finding as it is made; there may be one for every row. */
  readonly report: Report;
  /** Where the file is unpacked. Default: the temporary folder of the operating system. */
  readonly tempDir?: string | undefined;
  /** The one sync whose rows are read. Default: every sync. Packing, schema and the list of syncs are checked anyway. */
  readonly syncId?: string | undefined;
  /** Stops between two steps. */
  readonly signal?: AbortSignal | undefined;
}

/** What was looked at. */
export interface VerifySummary {
  readonly errors: number;
  readonly warnings: number;
  /** The syncs in the file, whose rows were all read. */
  readonly syncs: number;
  /** False for a missing or empty file, which counts as a file without syncs (`c1z-format.md §1.1`). */
  readonly hasContent: boolean;
}

/** Indexes are checked against rows in another order than they are stored in: with SQLite's own 2 MB that takes three times as long. */
export const CACHE_KIB = 24 * 1024;

/**
 * Checks everything that `c1z-format.md` demands of a file, whatever connector wrote it: packing, schema, ids, columns that
 * repeat the data, references, duplicates, invariants. Every row of every sync is read, in a private copy.
 *
 * @throws BatonError when there is nothing to check: the file is no `.c1z`, is damaged, or is a v3 container
 * @example
 * const { errors } = await verifyC1z('sync.c1z', { report: ({ where, message }) => console.log(where, message) });
 */
export async function verifyC1z(path: string, options: VerifyOptions): Promise<VerifySummary> {
  const { tempDir = tmpdir(), signal, name = path } = options;
  const directory = await mkdtemp(join(tempDir, 'baton-c1z-verify-')).catch((error: unknown) => {
    throw fileError(error, `unpacking ${name}`);
  });
  let db: DatabaseSync | undefined;
  try {
    const database = join(directory, 'db');
    if (await unpackFile(path, database, signal, name)) db = new DatabaseSync(database, { readOnly: true });
    return await verifyUnpacked(path, db, options);
  } catch (error) {
    throw fileError(error, `checking ${name}`);
  } finally {
    db?.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * The same for a file that is unpacked already.
 *
 * @param path the packed file
 * @param db what it was unpacked into; undefined for a missing or empty file
 */
export async function verifyUnpacked(
  path: string,
  db: DatabaseSync | undefined,
  { report, syncId, signal, name = path }: Omit<VerifyOptions, 'tempDir'>,
): Promise<VerifySummary> {
  const counts = { error: 0, warning: 0 };
  const counted: Report = (finding) => {
    counts[finding.severity] += 1;
    report(finding);
  };
  try {
    if (db !== undefined) await checkEnvelope(path, counted);
    const syncs = db === undefined ? 0 : await checkDatabase(db, { name, syncId, report: counted, signal });
    return { errors: counts.error, warnings: counts.warning, syncs, hasContent: db !== undefined };
  } catch (error) {
    throw fileError(error, `checking ${name}`);
  }
}

interface Checking {
  readonly name: string;
  readonly syncId: string | undefined;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
}

async function checkDatabase(db: DatabaseSync, { name, syncId: only, report, signal }: Checking): Promise<number> {
  db.exec(`pragma cache_size = -${CACHE_KIB}`);
  if (!checkSchema(db, report)) return 0;
  const runs = checkRuns(db, report).filter(({ syncId }) => only === undefined || syncId === only);
  if (only !== undefined && runs.length === 0) {
    throw new BatonError(Code.NotFound, `${name} has no sync "${only}". "baton syncs" lists the syncs it has`);
  }
  for (const run of runs) {
    signal?.throwIfAborted();
    checkRows(db, run, report);
  }
  const grants = await checkGrants({ db, runs, only, report, signal });
  for (const run of runs) checkStats(db, run, grants.get(run.syncId) ?? 0, report);
  if (only === undefined) checkOrphans(db, grants, report);
  return runs.length;
}

/**
 * Everything of one sync but its grants.
 *
 * @param earlierSyncId of the attached earlier file, whose resources were found good
 */
export function checkRows(
  db: DatabaseSync,
  { syncId, syncType, isFinished }: CheckedRun,
  report: Report,
  earlierSyncId?: string,
): void {
  const from = { db, syncId, report, earlierSyncId };
  checkResources(from, checkResourceTypes(from));
  checkEntitlements(from, new ExclusionGroups());
  checkAssets(from);
  checkIds(db, syncId, report);
  if (syncType === 'full' && isFinished) checkReferences(db, syncId, report);
}
