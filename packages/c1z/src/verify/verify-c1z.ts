import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { unpack } from '../envelope.ts';
import { fileError } from '../file-errors.ts';
import { checkEnvelope } from './envelope-checks.ts';
import { ExclusionGroups } from './exclusion-groups.ts';
import type { Report } from './finding.ts';
import { checkDuplicates, checkReferences } from './reference-checks.ts';
import { checkAssets, checkEntitlements, checkGrants, checkResources, checkResourceTypes } from './row-checks.ts';
import { checkRuns } from './run-checks.ts';
import { checkSchema } from './schema-checks.ts';

export interface VerifyOptions {
  /** What messages call the file. Default: its path. */
  readonly name?: string;
  /** Gets each finding as it is made; there may be one for every row. */
  readonly report: Report;
  /** Where the file is unpacked. Default: the temporary folder of the operating system. */
  readonly tempDir?: string | undefined;
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
const CACHE_KIB = 32 * 1024;

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
  const counts = { error: 0, warning: 0 };
  const report: Report = (finding) => {
    counts[finding.severity] += 1;
    options.report(finding);
  };
  const directory = await mkdtemp(join(tempDir, 'baton-c1z-verify-')).catch((error: unknown) => {
    throw fileError(error, `unpacking ${name}`);
  });
  try {
    const database = join(directory, 'db');
    const hasContent = await unpack(path, database, signal, name);
    if (hasContent) await checkEnvelope(path, report);
    const syncs = hasContent ? checkDatabase(database, report, signal) : 0;
    return { errors: counts.error, warnings: counts.warning, syncs, hasContent };
  } catch (error) {
    throw fileError(error, `checking ${name}`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function checkDatabase(path: string, report: Report, signal: AbortSignal | undefined): number {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    db.exec(`pragma cache_size = -${CACHE_KIB}`);
    if (!checkSchema(db, report)) return 0;
    const runs = checkRuns(db, report);
    for (const { syncId, syncType, isFinished } of runs) {
      signal?.throwIfAborted();
      const from = { db, syncId, report };
      checkResources(from, checkResourceTypes(from));
      checkEntitlements(from, new ExclusionGroups());
      checkGrants(from);
      checkAssets(from);
      checkDuplicates(db, syncId, report);
      // A sync of some resources, or one that is not at its end, may name what it has not read.
      if (syncType === 'full' && isFinished) checkReferences(db, syncId, report);
    }
    return runs.length;
  } finally {
    db.close();
  }
}
