import type { DatabaseSync } from 'node:sqlite';
import { arrays, type ComparedPart, type ComparedRows, compareRows } from './compare-rows.ts';
import { checkGrantRows, HELD_INDEX } from './grant-checks.ts';
import { EARLIER } from './rows.ts';
import type { CheckedRun } from './run-checks.ts';
import { hasDemandedIndex } from './schema-checks.ts';

/** A thread takes 50 ms to start. */
const WORTH_A_THREAD_ROWS = 20_000;
/** Of more rows than this share it is quicker to check all of them in one pass. */
const MOST_DIFFERENT = 0.2;
/** Row numbers for which a byte each is kept. */
const MOST_ROW_IDS = 50_000_000;

const PRINCIPAL_INDEX = 'idx_grants_principal_id_v1';
const RESOURCE_INDEX = 'idx_grants_resource_type_id_resource_id_v1';
const ID_INDEX = 'idx_grants_external_sync_v1';
const ROW_INDEX = 'idx_grants_entitlement_sync_grant_v1';

/** Who holds something. */
export interface Principal {
  readonly resourceType: string;
  readonly resource: string;
}

export interface Compared {
  /** With the earlier database attached. */
  readonly db: DatabaseSync;
  readonly run: CheckedRun;
  readonly earlierSyncId: string;
  readonly signal: AbortSignal | undefined;
  /** `compareRows` of the same files in a thread of its own. */
  readonly aside: (rows: ComparedRows, signal: AbortSignal) => Promise<ComparedPart | undefined>;
}

/** What is other than in the earlier sync. */
export interface GrantsSince {
  /** Those who hold something else, or on other terms. */
  readonly principals: readonly Principal[];
  /** Grants in the sync. */
  readonly count: number;
}

/**
 * Checks the grants of a sync that an earlier one, found good before, does not have in the same words, and finds whom they
 * concern. The database compares; a million rows take some three seconds.
 *
 * @returns undefined when anything is not as it should be, or when too much is different: check all of them then
 */
export async function grantsSince(compared: Compared): Promise<GrantsSince | undefined> {
  const { db, run, earlierSyncId } = compared;
  if (!hasIndexes(db)) return undefined;
  const differences = await differentRows(compared);
  if (differences === undefined || namesWhatIsGone(db, run.syncId, earlierSyncId)) return undefined;
  const { different, gone, count } = differences;
  let isGood = true;
  await checkGrantRows(db, { run, rowIds: different, report: () => (isGood = false) });
  if (!isGood || isHeldTwice(db, different) || namesWhatOthersBring(db, different)) return undefined;
  const concerned = new Concerned(db);
  concerned.came(different);
  concerned.went(gone);
  return concerned.areAllFound() ? { principals: concerned.principals, count } : undefined;
}

function hasIndexes(db: DatabaseSync): boolean {
  return ['main', EARLIER].every((file) =>
    [ID_INDEX, ROW_INDEX, PRINCIPAL_INDEX, RESOURCE_INDEX, HELD_INDEX].every((index) =>
      hasDemandedIndex(db, index, file),
    ),
  );
}

interface DifferentRows {
  /** Rows of the sync whose words are not those of a row of the earlier sync. */
  readonly different: readonly number[];
  /** Rows of the earlier sync that have no such counterpart. */
  readonly gone: readonly number[];
  readonly count: number;
}

async function differentRows(compared: Compared): Promise<DifferentRows | undefined> {
  const { db } = compared;
  const { count, earlierCount, middle, last } = counts(db);
  if (last > MOST_ROW_IDS) return undefined;
  const most = Math.max(1000, count * MOST_DIFFERENT);
  const met = new Uint8Array(new SharedArrayBuffer(last + 1));
  const parts = await inParts(compared, { met, most }, count < WORTH_A_THREAD_ROWS ? undefined : middle);
  if (parts === undefined) return undefined;
  const different = parts.flatMap((part) => part.different);
  // Others are rows of no sync, or of another one.
  const read = parts.reduce((sum, part) => sum + part.read, 0);
  if (read !== count || different.length > most) return undefined;
  const gone: number[] = [];
  let earlierRead = 0;
  for (const [id] of arrays(db.prepare(`select id from ${EARLIER}.v1_grants indexed by ${ROW_INDEX}`))) {
    earlierRead += 1;
    if (met[Number(id)] !== 1) gone.push(Number(id));
    if (gone.length > most) return undefined;
  }
  return earlierRead === earlierCount ? { different, gone, count } : undefined;
}

/** Both halves at the same time, where that is worth a thread. */
async function inParts(
  { db, run, earlierSyncId, signal, aside }: Compared,
  shared: Pick<ComparedRows, 'met' | 'most'>,
  middle: number | undefined,
): Promise<ComparedPart[] | undefined> {
  const rows = { ...shared, syncId: run.syncId, earlierSyncId };
  if (middle === undefined) {
    const all = await compareRows(db, { ...rows, after: 0, upTo: Number.MAX_SAFE_INTEGER }, signal);
    return all && [all];
  }
  const stopping = new AbortController();
  const both = signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]);
  const second = aside({ ...rows, after: middle, upTo: Number.MAX_SAFE_INTEGER }, both);
  second.catch(() => {});
  try {
    const first = await compareRows(db, { ...rows, after: 0, upTo: middle }, signal);
    if (first === undefined) return undefined;
    const other = await second;
    return other && [first, other];
  } finally {
    stopping.abort();
  }
}

function counts(db: DatabaseSync): Record<'count' | 'earlierCount' | 'middle' | 'last', number> {
  const row = db
    .prepare(
      `select (select count(*) from main.v1_grants) as count,
       (select count(*) from ${EARLIER}.v1_grants) as earlier_count,
       (select (min(id) + max(id)) / 2 from main.v1_grants) as middle,
       (select coalesce(max(id), 0) from ${EARLIER}.v1_grants) as last`,
    )
    .get();
  return {
    count: Number(row?.['count']),
    earlierCount: Number(row?.['earlier_count']),
    middle: Number(row?.['middle']),
    last: Number(row?.['last']),
  };
}

/** Whether a grant names a resource or an entitlement that the earlier sync had and this one has not. */
function namesWhatIsGone(db: DatabaseSync, syncId: string, earlierSyncId: string): boolean {
  const gone = (table: string, columns: string, named: string): boolean => {
    const sql = `select 1 from (select ${columns} from ${EARLIER}.${table} old where old.sync_id = ? and not exists (
        select 1 from main.${table} now where now.external_id = old.external_id and now.sync_id = ?)) thing
      where exists (select 1 from main.v1_grants where ${named}) limit 1`;
    return db.prepare(sql).get(earlierSyncId, syncId) !== undefined;
  };
  const resource = 'resource_type_id as type, substr(external_id, length(resource_type_id) + 2) as id';
  return (
    gone('v1_entitlements', 'external_id as id', 'entitlement_id = thing.id') ||
    gone('v1_resources', resource, 'resource_type_id = thing.type and resource_id = thing.id') ||
    gone('v1_resources', resource, 'principal_resource_type_id = thing.type and principal_resource_id = thing.id')
  );
}

function isHeldTwice(db: DatabaseSync, rowIds: readonly number[]): boolean {
  const twice = db.prepare(
    `select 1 from main.v1_grants one where one.id in (select value from json_each(?)) and exists (
       select 1 from main.v1_grants other indexed by ${HELD_INDEX} where other.entitlement_id = one.entitlement_id
       and other.principal_resource_type_id = one.principal_resource_type_id
       and other.principal_resource_id = one.principal_resource_id and other.id <> one.id) limit 1`,
  );
  return twice.get(JSON.stringify(rowIds)) !== undefined;
}

/** Whether a grant names somebody, or something to hold, that is not in the sync, though its annotations allow it. */
function namesWhatOthersBring(db: DatabaseSync, rowIds: readonly number[]): boolean {
  const stray = db.prepare(
    `select 1 from main.v1_grants one where one.id in (select value from json_each(?)) and (
       not exists (select 1 from main.v1_entitlements held
         where held.external_id = one.entitlement_id and held.sync_id = one.sync_id)
       or not exists (select 1 from main.v1_resources holder where holder.sync_id = one.sync_id
         and holder.external_id = one.principal_resource_type_id || ':' || one.principal_resource_id)) limit 1`,
  );
  return stray.get(JSON.stringify(rowIds)) !== undefined;
}

/** Who is named by rows that came or went. */
class Concerned {
  readonly #db: DatabaseSync;
  readonly #more = new Map<string, Principal & { rows: number }>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  get principals(): readonly Principal[] {
    return [...this.#more.values()];
  }

  came(rowIds: readonly number[]): void {
    this.#count('main', rowIds, 1);
  }

  went(rowIds: readonly number[]): void {
    this.#count(EARLIER, rowIds, -1);
  }

  /** Their grants will be looked up by an index, which is not compared with its table: it has to have all of them. */
  areAllFound(): boolean {
    const count = (file: string) =>
      `(select count(*) from ${file}.v1_grants where principal_resource_type_id = ?1 and principal_resource_id = ?2)`;
    const more = this.#db.prepare(`select ${count('main')} - ${count(EARLIER)} as more`);
    return [...this.#more.values()].every(
      ({ resourceType, resource, rows }) => more.get(resourceType, resource)?.['more'] === rows,
    );
  }

  #count(file: string, rowIds: readonly number[], rows: number): void {
    const sql = `select principal_resource_type_id, principal_resource_id from ${file}.v1_grants
      where id in (select value from json_each(?))`;
    for (const [type, id] of arrays(this.#db.prepare(sql), JSON.stringify(rowIds))) {
      const principal = { resourceType: String(type), resource: String(id) };
      const key = `${principal.resourceType}\0${principal.resource}`;
      const known = this.#more.get(key);
      if (known === undefined) this.#more.set(key, { ...principal, rows });
      else known.rows += rows;
    }
  }
}
