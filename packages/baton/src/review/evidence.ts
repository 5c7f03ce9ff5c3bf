import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';

/** Rows that are committed together. */
const BATCH_ROWS = 20_000;

/**
 * What the file says, in the form in which a reviewer asks for it. It lies in a temporary database of SQLite, which spills
 * to a file of its own that is gone when the process ends: memory does not grow with the file.
 *
 * `kind` of a resource: `person`, `service` (an account of a machine), `invitation`, `other`. Risks by rank (`risk.ts`).
 */
const tables = `
  create table types (id text primary key, name text, skips text) without rowid;
  create table resources (type text, id text, name text, kind text, email text, domain text, login text, state text,
    details text, risk integer, known integer, parent_type text, parent text, is_role integer,
    primary key (type, id)) without rowid;
  create table entitlements (id text primary key, type text, resource text, name text, risk integer, is_admin integer)
    without rowid;
  create table grants (n integer primary key, id text, entitlement text, type text, resource text, holder_type text,
    holder text, risk integer, is_direct integer, sources text);
  create table changes (n integer primary key, kind text, change text, id text, name text, type text, holder text,
    risk integer);
  create table findings (n integer primary key, severity text, rule text, place text, source text);
`;

/** Made once all rows are in: each grant with its holder, each holder with what it holds by risk, and what people hold. */
const views = `
  create index grants_by_resource on grants (type, resource);
  create index grants_by_holder on grants (holder_type, holder);
  create table holders as
    select holder_type as type, holder as id, count(*) as grants, max(g.risk) as risk, max(coalesce(e.is_admin, 0)) as is_admin,
      sum(g.risk = 4) as risk4, sum(g.risk = 3) as risk3, sum(g.risk = 2) as risk2, sum(g.risk = 1) as risk1,
      sum(g.risk = 0) as risk0, sum(is_direct = 1) as direct, sum(is_direct = 0) as inherited
    from grants g left join entitlements e on e.id = g.entitlement group by holder_type, holder;
  create table people as
    select row_number() over (order by h.risk desc, h.is_admin desc, risk4 desc, risk3 desc, risk2 desc, risk1 desc, risk0 desc,
      r.name collate nocase, r.type, r.id) as rank,
      r.*, h.risk as highest, h.is_admin, h.grants, h.direct, h.inherited, risk4, risk3, risk2, risk1, risk0
    from holders h join resources r on r.type = h.type and r.id = h.id where r.kind <> 'other';
  create unique index people_by_id on people (type, id);
  create table held as
    select distinct g.entitlement from grants g join people p on p.type = g.holder_type and p.id = g.holder;
  create index people_by_rank on people (rank);
`;

export type EvidenceRow = Readonly<Record<string, SQLOutputValue>>;
type Table = 'types' | 'resources' | 'entitlements' | 'grants' | 'changes' | 'findings';

export class Evidence implements Disposable {
  readonly #db = new DatabaseSync('');
  readonly #inserts = new Map<Table, StatementSync>();
  readonly #queries = new Map<string, StatementSync>();
  #pending = 0;

  constructor() {
    this.#db.exec('pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -16384');
    this.#db.exec(tables);
    this.#db.exec('begin');
  }

  /** Adds a row: the columns in their order. A type, resource or entitlement that is there already is replaced. */
  add(table: Table, values: readonly SQLInputValue[]): void {
    let insert = this.#inserts.get(table);
    if (insert === undefined) {
      insert = this.#db.prepare(`insert or replace into ${table} values (${values.map(() => '?').join(', ')})`);
      this.#inserts.set(table, insert);
    }
    insert.run(...values);
    this.#pending += 1;
    if (this.#pending % BATCH_ROWS === 0) this.#db.exec('commit; begin');
  }

  /** Ends the reading of the sync: from now on the tables `holders` and `people` can be asked for. */
  complete(): void {
    this.#db.exec('commit');
    this.#db.exec(views);
    // What sorting took is needed for the check of the file.
    this.#db.exec('pragma shrink_memory; begin');
  }

  rows(sql: string, ...values: SQLInputValue[]): EvidenceRow[] {
    let query = this.#queries.get(sql);
    if (query === undefined) this.#queries.set(sql, (query = this.#db.prepare(sql)));
    return query.all(...values);
  }

  /** The one number that a query gives. */
  count(sql: string, ...values: SQLInputValue[]): number {
    const [first] = this.rows(`select count(*) as count ${sql}`, ...values);
    return Number(first?.['count'] ?? 0);
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}

/** A text column; empty for null. */
export function text(row: EvidenceRow | undefined, column: string): string {
  return String(row?.[column] ?? '');
}

/** A number column; 0 for null. */
export function int(row: EvidenceRow | undefined, column: string): number {
  return Number(row?.[column] ?? 0);
}
