import { CompiledQuery, type Transaction } from 'kysely';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

type Value = string | number | null;
type Kind = 'text' | 'integer';

/** One statement takes so many rows, or so much text. */
const ROWS_PER_STATEMENT = 1_000;
const CHARACTERS_PER_STATEMENT = 1_000_000;

export interface BulkWrite<Column extends string, Fixed extends string> {
  readonly trx: Transaction<Tables>;
  readonly dialect: Store['dialect'];
  /** `update` finds each row by `id`, which has to be among the columns. `add` adds to numbers instead of setting them. */
  readonly how: 'insert' | 'update' | 'add';
  readonly table: keyof Tables;
  readonly columns: Readonly<Record<Column, Kind>>;
  /** The same in all rows. */
  readonly fixed: Readonly<Record<Fixed, Value>>;
}

/**
 * Writes many rows with few statements: the rows go as one JSON text, which both databases take apart. One parameter for each
 * value would be most of the work.
 */
export class BulkWriter<Column extends string, Fixed extends string = never> {
  rows = 0;
  readonly #trx: Transaction<Tables>;
  readonly #sql: string;
  readonly #fixed: readonly Value[];
  #waiting: string[] = [];
  #characters = 0;

  constructor(write: BulkWrite<Column, Fixed>) {
    this.#trx = write.trx;
    this.#sql = statement(write);
    this.#fixed = Object.values<Value>(write.fixed).filter((value) => value !== null);
  }

  async add(row: Readonly<Record<Column, Value>>): Promise<void> {
    const json = JSON.stringify(row);
    this.rows += 1;
    this.#waiting.push(json);
    this.#characters += json.length;
    if (this.#waiting.length >= ROWS_PER_STATEMENT || this.#characters >= CHARACTERS_PER_STATEMENT) await this.flush();
  }

  /** Writes what is waiting. Has to be called at the end. */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const json = `[${this.#waiting.join(',')}]`;
    this.#waiting = [];
    this.#characters = 0;
    await this.#trx.executeQuery(CompiledQuery.raw(this.#sql, [json, ...this.#fixed]));
  }
}

function statement<Column extends string, Fixed extends string>(write: BulkWrite<Column, Fixed>): string {
  const { dialect, how, table } = write;
  const isPostgres = dialect === 'postgres';
  const columns = Object.entries<Kind>(write.columns);
  const kindOf = (kind: Kind): string => (kind === 'integer' ? 'bigint' : 'text');
  const mark = isPostgres ? '$' : '?';
  const rows = isPostgres
    ? `json_to_recordset($1::json) as r(${columns.map(([name, kind]) => `"${name}" ${kindOf(kind)}`).join(', ')})`
    : 'json_each(?1) as r';
  const valueOf = (name: string): string => (isPostgres ? `r."${name}"` : `r.value ->> '${name}'`);
  let parameters = 1;
  const fixed = Object.entries<Value>(write.fixed).map(([name, value]) => {
    // Without a type, as PostgreSQL would take one for text.
    if (value === null) return [name, 'null'] as const;
    parameters += 1;
    const parameter = `${mark}${parameters}`;
    return [name, isPostgres ? `${parameter}::${typeof value === 'number' ? 'bigint' : 'text'}` : parameter] as const;
  });
  const values = [...columns.map(([name]) => [name, valueOf(name)] as const), ...fixed];
  if (how === 'insert') {
    const names = values.map(([name]) => `"${name}"`).join(', ');
    return `insert into ${table} (${names}) select ${values.map(([, value]) => value).join(', ')} from ${rows}`;
  }
  const changes = values
    .filter(([name]) => name !== 'id')
    .map(([name, value]) => `"${name}" = ${how === 'add' ? `${table}."${name}" + ` : ''}${value}`);
  return `update ${table} set ${changes.join(', ')} from ${rows} where ${table}.id = ${valueOf('id')}`;
}
