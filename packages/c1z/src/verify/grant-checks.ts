import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { hasAnnotation } from '@baton-ts/protocol/annotations';
import {
  ExternalResourceMatchAllSchema,
  ExternalResourceMatchIDSchema,
  ExternalResourceMatchSchema,
  GrantExpandableSchema,
  GrantSchema,
  InsertResourceGrantsSchema,
} from '@baton-ts/protocol/connector-v2';
import { type DescMessage, fromBinary } from '@bufbuild/protobuf';
import type { Report } from './finding.ts';
import { type CheckedGrant, GrantDecoder } from './grant-decoder.ts';
import { NamedThings } from './named-things.ts';
import { hashText, PairFilter } from './pair-filter.ts';
import { findEntitlement, findResource, reportTwice, twiceFinding } from './reference-checks.ts';
import { checkResourceColumns } from './row-checks.ts';
import { type CheckedRow, CheckedTable, shown } from './rows.ts';
import type { CheckedRun } from './run-checks.ts';
import { hasDemandedIndex } from './schema-checks.ts';

/** Rows between two looks at Ctrl-C: reading is synchronous. */
const ROWS_PER_TURN = 5000;
export const HELD_INDEX = 'idx_grants_entitlement_id_principal_id_v1';
const HELD_COLUMNS = ['entitlement_id', 'principal_resource_type_id', 'principal_resource_id'];
const TABLE = 'v1_grants';

interface GrantsOf {
  readonly db: DatabaseSync;
  readonly runs: readonly CheckedRun[];
  /** The one sync to check; otherwise all. */
  readonly only: string | undefined;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
}

/**
 * Checks every grant by itself, against what it names and against the others, in one pass over the table: it is most of
 * the file, and its indexes are in another order than its rows.
 *
 * @returns rows by sync, also of syncs that are not in `v1_sync_runs`
 */
export async function checkGrants({ db, runs, only, report, signal }: GrantsOf): Promise<ReadonlyMap<string, number>> {
  const table = new CheckedTable(db, TABLE, report);
  const decoder = new GrantDecoder();
  const pairs = hasDemandedIndex(db, HELD_INDEX) ? new HeldPairs(db, report) : undefined;
  const syncs = new Map(runs.map((run) => [run.syncId, new GrantReferences(db, run)]));
  const bySync = new Map<string, number>();
  let rows = 0;
  for (const row of table.rows(only)) {
    rows += 1;
    if (rows % ROWS_PER_TURN === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    const syncId = row.text('sync_id');
    bySync.set(syncId, (bySync.get(syncId) ?? 0) + 1);
    const references = syncs.get(syncId);
    if (references === undefined) continue;
    row.checkCommon();
    const named = references.check(row, checkMessage(row, decoder));
    pairs?.add(row, named);
  }
  if (pairs === undefined) {
    for (const { syncId } of runs) {
      reportTwice(db, { syncId, report, table: TABLE, columns: HELD_COLUMNS.join(', '), rule: 'grant-twice' });
    }
  }
  return bySync;
}

/** The same for some rows of one sync, except that none is compared with the others. */
export async function checkGrantRows(
  db: DatabaseSync,
  { run, rowIds, report }: { readonly run: CheckedRun; readonly rowIds: readonly number[]; readonly report: Report },
): Promise<void> {
  const references = new GrantReferences(db, run);
  const decoder = new GrantDecoder();
  for (const row of new CheckedTable(db, TABLE, report).rowsAt(rowIds)) {
    row.checkCommon();
    references.check(row, checkMessage(row, decoder));
  }
}

/** The row against its message. Undefined when that cannot be read. */
function checkMessage(row: CheckedRow, decoder: GrantDecoder): CheckedGrant | undefined {
  const data = row.value('data');
  if (!(data instanceof Uint8Array)) return undefined;
  const grant = decoder.decode(data, row.text('entitlement_id'), row.text('principal_resource_id'));
  if (grant === undefined) {
    row.error('data-undecodable', '§3.1', `the data is no ${GrantSchema.typeName}`);
    return undefined;
  }
  const { id, entitlement, principal } = grant;
  if (entitlement === undefined || principal === undefined) {
    row.warning('slim-grant', '§3.1', 'the data lacks the entitlement or the principal; older readers cannot use it');
  }
  if (id !== '' || entitlement !== undefined) row.checkColumn('external_id', id, '§3.1');
  if (entitlement !== undefined) {
    row.checkColumn('entitlement_id', entitlement.id);
    checkResourceColumns(row, entitlement);
  }
  if (principal !== undefined) {
    row.checkColumn('principal_resource_type_id', principal.id?.resourceType ?? '');
    row.checkColumn('principal_resource_id', principal.id?.resource ?? '');
  }
  if (!grant.fieldsAscend) {
    row.warning('encoding', '§3.3', 'the data is not encoded in the one order that comparisons rely on');
  }
  checkExpansion(row, hasAnnotation(grant.annotations, GrantExpandableSchema));
  return grant;
}

/** `expansion` and `needs_expansion` (`c1z-format.md §2.5`); older files have neither. */
function checkExpansion(row: CheckedRow, isInside: boolean): void {
  const expansion = row.value('expansion');
  if (expansion === undefined) return;
  if (isInside)
    row.warning('expandable-inside', '§2.5', 'GrantExpandable is inside the data instead of the column expansion');
  if (expansion instanceof Uint8Array) {
    const problem = expansionProblem(expansion);
    if (problem !== undefined) row.error('expansion', '§2.5', `the column expansion ${problem}`);
  }
  const flag = row.value('needs_expansion');
  if ((flag !== 0 && flag !== 1) || (expansion === null && flag === 1)) {
    row.error(
      'needs-expansion',
      '§2.5',
      `needs_expansion is ${shown(flag)} and expansion is ${expansion === null ? 'NULL' : 'set'}`,
    );
  }
}

function expansionProblem(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'is an empty blob where NULL belongs';
  try {
    const { entitlementIds } = fromBinary(GrantExpandableSchema, bytes);
    return entitlementIds.some((id) => id.trim() !== '') ? undefined : 'names no entitlement';
  } catch {
    return 'is no GrantExpandable';
  }
}

/** What the grants of one sync name (`c1z-format.md §6`, I3, I8 and I9). */
class GrantReferences {
  readonly #entitlements: NamedThings;
  readonly #resources: NamedThings;
  readonly #principals: NamedThings;
  /** A sync of some resources, or one that is not at its end, may name what it has not read. */
  readonly #isWhole: boolean;

  constructor(db: DatabaseSync, { syncId, syncType, isFinished }: CheckedRun) {
    this.#isWhole = syncType === 'full' && isFinished;
    this.#entitlements = new NamedThings(db, findEntitlement, syncId);
    this.#resources = new NamedThings(db, findResource, syncId);
    this.#principals = new NamedThings(db, findResource, syncId);
  }

  /** Returns hashes of the entitlement and of who holds it. */
  check(row: CheckedRow, grant: CheckedGrant | undefined): readonly [entitlement: number, principal: number] {
    const entitlementId = row.text('entitlement_id');
    const on = [row.text('resource_type_id'), row.text('resource_id')] as const;
    const holder = [row.text('principal_resource_type_id'), row.text('principal_resource_id')] as const;
    const entitlement = this.#entitlements.get(entitlementId);
    const principal = this.#principals.get(...holder);
    if (this.#isWhole) {
      if (!this.#resources.get(...on).exists) {
        missing(row, 'grant-resource-missing', '§6 I3', `the resource of the entitlement ${on.join(' ')}`);
      }
      if (!entitlement.exists && !carries(grant, [InsertResourceGrantsSchema])) {
        missing(row, 'grant-entitlement-missing', '§6 I8', `the entitlement ${entitlementId}`);
      }
      if (!principal.exists && !carries(grant, externalMatches)) {
        missing(row, 'grant-principal-missing', '§6 I9', `the principal ${holder.join(' ')}`);
      }
    }
    return [entitlement.hash, principal.hash];
  }
}

/** Grants with one of these name a principal that another connector brings. */
const externalMatches = [ExternalResourceMatchSchema, ExternalResourceMatchAllSchema, ExternalResourceMatchIDSchema];

function carries(grant: CheckedGrant | undefined, schemas: readonly DescMessage[]): boolean {
  return grant !== undefined && schemas.some((schema) => hasAnnotation(grant.annotations, schema));
}

function missing(row: CheckedRow, rule: string, source: string, what: string): void {
  row.error(rule, source, `${what} is not in the sync`);
}

/** Finds who holds the same thing twice in a sync (`c1z-format.md §7` writer 13). */
class HeldPairs {
  readonly #seen = new PairFilter();
  readonly #syncHashes = new Map<string, number>();
  readonly #rows: StatementSync;
  readonly #report: Report;

  constructor(db: DatabaseSync, report: Report) {
    this.#report = report;
    this.#rows = db.prepare(
      `select count(*) as count, max(id) as last, group_concat(id, ', ') as ids from v1_grants indexed by ${HELD_INDEX}
       where entitlement_id = ? and principal_resource_type_id = ? and principal_resource_id = ? and sync_id = ?`,
    );
  }

  add(row: CheckedRow, [entitlement, principal]: readonly [number, number]): void {
    const syncId = row.text('sync_id');
    let syncHash = this.#syncHashes.get(syncId);
    if (syncHash === undefined) this.#syncHashes.set(syncId, (syncHash = hashText(syncId)));
    if (!this.#seen.add(entitlement ^ syncHash, principal)) return;
    const names = HELD_COLUMNS.map((column) => row.text(column));
    const found = this.#rows.get(...names, syncId);
    // Each row but the first comes here: the last one tells.
    if (found === undefined || Number(found['count']) < 2 || found['last'] !== row.value('id')) return;
    const ids = shown(found['ids']);
    this.#report(twiceFinding({ syncId, table: TABLE, rule: 'grant-twice', ids, name: names.join(' ') }));
  }
}
