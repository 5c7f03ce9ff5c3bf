import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { encode } from '@baton-ts/protocol/encode';
import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { columnNames } from '../schema.ts';
import { isStoredTime } from '../times.ts';
import type { Report } from './finding.ts';

/** Ids and names are this long at most where messages are checked (`c1z-format.md §3.2`). */
const MAX_ID_BYTES = 1024;

/** The earlier file, attached to the connection of the one that is checked. */
export const EARLIER = 'earlier';
/** What the same row has anew in each sync. */
const ofEachSync: ReadonlySet<string> = new Set(['id', 'sync_id', 'discovered_at']);

/** The rows of one table as lists of values, which a million times over is much cheaper than as objects. */
export class CheckedTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly report: Report;
  readonly #db: DatabaseSync;
  readonly #places: ReadonlyMap<string, number>;
  /** The last time that was found to be well formed: neighbours have the same. */
  goodTime: SQLOutputValue | undefined;

  constructor(db: DatabaseSync, name: string, report: Report) {
    this.#db = db;
    this.name = name;
    this.report = report;
    this.columns = [...columnNames(db, name)];
    this.#places = new Map(this.columns.map((column, place) => [column, place]));
  }

  /** Undefined for a column that this file does not have. */
  place(column: string): number | undefined {
    return this.#places.get(column);
  }

  /** In stored order: those of one sync, or all. */
  rows(syncId?: string): Generator<CheckedRow> {
    return syncId === undefined ? this.#select('', []) : this.#select('where sync_id = ?', [syncId]);
  }

  /** Those of one sync that do not stand in the same words in the sync of the attached earlier file. */
  rowsSince(syncId: string, earlierSyncId: string): Generator<CheckedRow> {
    const same = this.columns
      .filter((column) => !ofEachSync.has(column))
      .map((column) => `old.${column} is now.${column}`);
    const where = `now where now.sync_id = ? and not exists (
      select 1 from ${EARLIER}.${this.name} old where old.external_id = now.external_id and old.sync_id = ? and ${same.join(' and ')})`;
    return this.#select(where, [syncId, earlierSyncId]);
  }

  /** Those of these numbers. */
  rowsAt(rowIds: readonly number[]): Generator<CheckedRow> {
    return this.#select('where id in (select value from json_each(?))', [JSON.stringify(rowIds)]);
  }

  *#select(where: string, parameters: readonly string[]): Generator<CheckedRow> {
    const statement = this.#db.prepare(`select ${this.columns.join(', ')} from main.${this.name} ${where} order by id`);
    statement.setReturnArrays(true);
    const rows: Iterable<unknown> = statement.iterate(...parameters);
    for (const values of rows) if (isValues(values)) yield new CheckedRow(this, values);
  }
}

/** What `setReturnArrays` makes of a row; the types of Node.js do not know it. */
function isValues(row: unknown): row is readonly SQLOutputValue[] {
  return Array.isArray(row);
}

/** One row, with what can be said of any row. */
export class CheckedRow {
  readonly #table: CheckedTable;
  readonly #values: readonly SQLOutputValue[];

  constructor(table: CheckedTable, values: readonly SQLOutputValue[]) {
    this.#table = table;
    this.#values = values;
  }

  get externalId(): string {
    return this.text('external_id');
  }

  value(column: string): SQLOutputValue | undefined {
    const place = this.#table.place(column);
    return place === undefined ? undefined : this.#values[place];
  }

  text(column: string): string {
    return String(this.value(column));
  }

  error(rule: string, source: string, message: string): void {
    this.#tell('error', rule, source, message);
  }

  warning(rule: string, source: string, message: string): void {
    this.#tell('warning', rule, source, message);
  }

  /** Types of the stored values, the id and the time. */
  checkCommon(): void {
    for (const [place, column] of this.#table.columns.entries()) {
      const value = this.#values[place];
      if (column === 'id' || column === 'needs_expansion' || value === null) continue;
      const expected = column === 'data' || column === 'expansion' ? 'blob' : 'text';
      const found = value instanceof Uint8Array ? 'blob' : typeof value === 'string' ? 'text' : 'number';
      if (found !== expected)
        this.error('column-storage', '§7 writer 5', `${column} is stored as ${found} instead of ${expected}`);
    }
    const id = this.externalId;
    // A character takes at most three bytes.
    const bytes = id.length * 3 <= MAX_ID_BYTES ? id.length : Buffer.byteLength(id);
    if (bytes === 0) this.error('id-empty', '§3.2', 'the id is empty');
    else if (bytes > MAX_ID_BYTES)
      this.warning('id-too-long', '§3.2', `the id is ${bytes} bytes long; services take ${MAX_ID_BYTES}`);
    const discoveredAt = this.value('discovered_at');
    if (discoveredAt === this.#table.goodTime) return;
    if (typeof discoveredAt === 'string' && isStoredTime(discoveredAt)) this.#table.goodTime = discoveredAt;
    else {
      this.warning('time-layout', '§3.4', `discovered_at is “${shown(discoveredAt)}”, which sorts wrongly as text`);
    }
  }

  /** The message in `data`; undefined, and told, when it is none. */
  decode<Desc extends DescMessage>(schema: Desc): MessageShape<Desc> | undefined {
    const data = this.value('data');
    if (!(data instanceof Uint8Array)) return undefined;
    try {
      return fromBinary(schema, data);
    } catch {
      this.error('data-undecodable', '§3.1', `the data is no ${schema.typeName}`);
      return undefined;
    }
  }

  /** Differences are found byte by byte, so equal messages must have equal bytes. */
  checkEncoding<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): void {
    const data = this.value('data');
    if (!(data instanceof Uint8Array) || Buffer.compare(data, encode(schema, message)) === 0) return;
    this.warning('encoding', '§3.3', 'the data is not encoded in the one order that comparisons rely on');
  }

  /** A column that repeats what the message says, so that it can be searched. */
  checkColumn(column: string, said: string | undefined, source = '§2.5'): void {
    const stored = this.value(column);
    if (stored === (said ?? null)) return;
    const [is, should] = [stored, said ?? null].map((value) => (value === null ? 'NULL' : `“${shown(value)}”`));
    this.error('column-differs', source, `${column} is ${is}, the data says ${should}`);
  }

  #tell(severity: 'error' | 'warning', rule: string, source: string, message: string): void {
    this.#table.report({
      severity,
      rule,
      source: `c1z-format.md ${source}`,
      where: `${this.#table.name} row ${shown(this.value('id'))} (${this.externalId})`,
      syncId: this.text('sync_id'),
      message,
    });
  }
}

/** A stored value as messages show it. */
export function shown(value: SQLOutputValue | undefined): string {
  return value === null || value === undefined ? 'NULL' : value instanceof Uint8Array ? 'a blob' : String(value);
}
