import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { isStoredTime } from '../times.ts';
import { EARLIER } from './rows.ts';

/** Rows between two looks at Ctrl-C, since reading is synchronous. */
const ROWS_PER_TURN = 5000;

/** What a grant says; the rest of its row is anew in each sync. */
const SAID = [
  'resource_type_id',
  'resource_id',
  'entitlement_id',
  'principal_resource_type_id',
  'principal_resource_id',
  'expansion',
  'needs_expansion',
  'data',
];

/** Which grants of a sync to compare with those of the attached earlier one. */
export interface ComparedRows {
  readonly syncId: string;
  readonly earlierSyncId: string;
  /** By their row numbers. */
  readonly after: number;
  readonly upTo: number;
  /** By the row numbers of the earlier sync: 1 for each that has been found again. Threads share it. */
  readonly met: Uint8Array;
  /** Of different ones. */
  readonly most: number;
}

export interface ComparedPart {
  readonly read: number;
  /** Rows of the sync whose words are not those of a row of the earlier sync. */
  readonly different: readonly number[];
}

/**
 * Unlike `differences` it looks at every column, and leaves the comparing to SQLite: bytes of equal rows are not read into
 * JavaScript.
 *
 * @returns undefined when a row is not as it should be, or more than `most` are different
 */
export async function compareRows(
  db: DatabaseSync,
  compared: ComparedRows,
  signal: AbortSignal | undefined,
): Promise<ComparedPart | undefined> {
  const { met, most } = compared;
  const pairs = new Pairs(db, compared);
  const different: number[] = [];
  let read = 0;
  for (;;) {
    const rows = pairs.next();
    if (rows === undefined) return undefined;
    if (rows.length === 0) return { read, different };
    read += rows.length;
    for (const { id, sameAs } of rows) {
      if (sameAs === undefined) different.push(id);
      else if (Atomics.exchange(met, sameAs, 1) === 1) return undefined;
    }
    if (different.length > most) return undefined;
    await setImmediate();
    signal?.throwIfAborted();
  }
}

/**
 * The same in a thread.
 *
 * @param opened both files are open, so that they may lose their names
 */
export async function compareRowsAside(
  { database, earlier, rows }: { readonly database: string; readonly earlier: string; readonly rows: ComparedRows },
  opened: () => void,
): Promise<ComparedPart | undefined> {
  const db = new DatabaseSync(database, { readOnly: true });
  try {
    db.prepare(`attach ? as ${EARLIER}`).run(earlier);
    db.prepare(
      `select (select count(*) from main.v1_sync_runs) + (select count(*) from ${EARLIER}.v1_sync_runs)`,
    ).get();
    opened();
    return await compareRows(db, rows, undefined);
  } finally {
    db.close();
  }
}

interface Pair {
  readonly id: number;
  /** The row of the earlier sync that says the same; `undefined` when there is none. */
  readonly sameAs: number | undefined;
}

/**
 * The rows of the sync with their counterparts, some at a time. A connector says things mostly in the order of before: so long
 * a row's counterpart stands as far away as that of the row before it. Only where it does not it is looked up by its id, which
 * takes twice as long.
 */
class Pairs {
  readonly #inStep: StatementSync;
  readonly #byId: StatementSync;
  readonly #syncId: string;
  readonly #earlierSyncId: string;
  readonly #upTo: number;
  #after: number;
  #distance = 0;
  #goodTime: unknown;

  constructor(db: DatabaseSync, { syncId, earlierSyncId, after, upTo }: ComparedRows) {
    const same = SAID.map((column) => `old.${column} is now.${column}`).join(' and ');
    this.#inStep = db.prepare(
      `select now.id, old.external_id is now.external_id and old.sync_id is ? and ${same}, now.discovered_at
       from main.v1_grants now not indexed left join ${EARLIER}.v1_grants old on old.id = now.id + ?
       where now.id > ? and now.id <= ? and now.sync_id = ? order by now.id limit ${ROWS_PER_TURN}`,
    );
    this.#byId = db.prepare(
      `select now.id, old.id, ${same} from json_each(?) wanted join main.v1_grants now on now.id = wanted.value
       left join ${EARLIER}.v1_grants old on old.external_id = now.external_id and old.sync_id = ?`,
    );
    this.#syncId = syncId;
    this.#earlierSyncId = earlierSyncId;
    this.#upTo = upTo;
    this.#after = after;
  }

  /** None at the end; `undefined` when a row has a time that is none. */
  next(): readonly Pair[] | undefined {
    const rows: Pair[] = [];
    const others: number[] = [];
    const distance = this.#distance;
    for (const [rowId, isSame, time] of arrays(
      this.#inStep,
      this.#earlierSyncId,
      distance,
      this.#after,
      this.#upTo,
      this.#syncId,
    )) {
      if (time !== this.#goodTime) {
        if (typeof time !== 'string' || !isStoredTime(time)) return undefined;
        this.#goodTime = time;
      }
      const id = Number(rowId);
      this.#after = id;
      if (isSame === 1) rows.push({ id, sameAs: id + distance });
      else others.push(id);
    }
    for (const [rowId, oldId, isSame] of arrays(this.#byId, JSON.stringify(others), this.#earlierSyncId)) {
      const id = Number(rowId);
      if (typeof oldId === 'number') this.#distance = oldId - id;
      rows.push({ id, sameAs: isSame === 1 && typeof oldId === 'number' ? oldId : undefined });
    }
    return rows;
  }
}

export function* arrays(statement: StatementSync, ...parameters: SQLInputValue[]): Generator<readonly unknown[]> {
  statement.setReturnArrays(true);
  const rows: Iterable<unknown> = statement.iterate(...parameters);
  for (const row of rows) if (Array.isArray(row)) yield row;
}
