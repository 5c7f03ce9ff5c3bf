import type { SQLOutputValue } from 'node:sqlite';
import { encode } from '@baton-ts/protocol/encode';
import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { isStoredTime } from '../times.ts';
import type { Report } from './finding.ts';

/** Ids and names are this long at most where messages are checked (`c1z-format.md §3.2`). */
const MAX_ID_BYTES = 1024;

/** One row of one sync, with what can be said of any row. */
export class CheckedRow {
  readonly table: string;
  readonly #row: Readonly<Record<string, SQLOutputValue>>;
  readonly #report: Report;

  constructor(table: string, row: Readonly<Record<string, SQLOutputValue>>, report: Report) {
    this.table = table;
    this.#row = row;
    this.#report = report;
  }

  get externalId(): string {
    return String(this.#row['external_id']);
  }

  value(column: string): SQLOutputValue | undefined {
    return this.#row[column];
  }

  error(rule: string, source: string, message: string): void {
    this.#tell('error', rule, source, message);
  }

  warning(rule: string, source: string, message: string): void {
    this.#tell('warning', rule, source, message);
  }

  /** Types of the stored values, the id and the time. */
  checkCommon(): void {
    for (const [column, value] of Object.entries(this.#row)) {
      if (column === 'id' || column === 'needs_expansion' || value === null) continue;
      const expected = column === 'data' || column === 'expansion' ? 'blob' : 'text';
      const found = value instanceof Uint8Array ? 'blob' : typeof value === 'string' ? 'text' : 'number';
      if (found !== expected)
        this.error('column-storage', '§7 writer 5', `${column} is stored as ${found} instead of ${expected}`);
    }
    const bytes = Buffer.byteLength(this.externalId);
    if (bytes === 0) this.error('id-empty', '§3.2', 'the id is empty');
    else if (bytes > MAX_ID_BYTES)
      this.warning('id-too-long', '§3.2', `the id is ${bytes} bytes long; services take ${MAX_ID_BYTES}`);
    const discoveredAt = this.#row['discovered_at'];
    if (typeof discoveredAt !== 'string' || !isStoredTime(discoveredAt)) {
      this.warning('time-layout', '§3.4', `discovered_at is “${shown(discoveredAt)}”, which sorts wrongly as text`);
    }
  }

  /** The message in `data`; undefined, and told, when it is none. */
  decode<Desc extends DescMessage>(schema: Desc): MessageShape<Desc> | undefined {
    const data = this.#row['data'];
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
    const data = this.#row['data'];
    if (!(data instanceof Uint8Array) || Buffer.compare(data, encode(schema, message)) === 0) return;
    this.warning('encoding', '§3.3', 'the data is not encoded in the one order that comparisons rely on');
  }

  /** A column that repeats what the message says, so that it can be searched. */
  checkColumn(column: string, said: string | undefined, source = '§2.5'): void {
    const stored = this.#row[column];
    if (stored === (said ?? null)) return;
    const [is, should] = [stored, said ?? null].map((value) => (value === null ? 'NULL' : `“${shown(value)}”`));
    this.error('column-differs', source, `${column} is ${is}, the data says ${should}`);
  }

  #tell(severity: 'error' | 'warning', rule: string, source: string, message: string): void {
    this.#report({
      severity,
      rule,
      source: `c1z-format.md ${source}`,
      where: `${this.table} row ${shown(this.#row['id'])} (${this.externalId})`,
      syncId: String(this.#row['sync_id']),
      message,
    });
  }
}

/** A stored value as messages show it. */
export function shown(value: SQLOutputValue | undefined): string {
  return value === null || value === undefined ? 'NULL' : value instanceof Uint8Array ? 'a blob' : String(value);
}
