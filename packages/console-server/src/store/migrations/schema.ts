import { type Kysely, sql } from 'kysely';
import type { Store } from '../store.ts';
import type { Tables } from '../tables.ts';

/** With a question mark it may be null. `serial` numbers the rows, and is the key. */
export type ColumnKind = 'text' | 'text?' | 'integer' | 'integer?' | 'serial';

export interface IndexOptions {
  readonly unique?: true;
  /** Only these rows, as SQL of both dialects. */
  readonly where?: string;
}

/** Makes tables and indexes; everything that differs between the two databases is in here. */
export interface Schema {
  readonly table: (
    name: string,
    columns: Readonly<Record<string, ColumnKind>>,
    key?: readonly string[],
  ) => Promise<void>;
  /** Adds those that the table does not have. */
  readonly addColumns: (table: string, columns: Readonly<Record<string, 'text?' | 'integer?'>>) => Promise<void>;
  readonly index: (name: string, table: string, columns: readonly string[], options?: IndexOptions) => Promise<void>;
  /** Finds rows of these tables by any part of their column `search` (`searchCandidates`). */
  readonly searchable: (tables: readonly string[]) => Promise<void>;
  readonly tableNames: () => Promise<readonly string[]>;
}

export function schemaOf(db: Kysely<Tables>, dialect: Store['dialect']): Schema {
  const isPostgres = dialect === 'postgres';
  // By bytes on both, since ids have to sort as they are made and a page has to end where the next one begins.
  const text = isPostgres ? sql`text collate "C"` : sql`text`;
  const integer = isPostgres ? sql`bigint` : sql`integer`;

  return {
    async table(name, columns, key = []) {
      let builder = db.schema.createTable(name);
      for (const [column, kind] of Object.entries(columns)) {
        if (kind === 'serial') {
          builder = builder.addColumn(column, integer, (it) =>
            isPostgres ? it.generatedByDefaultAsIdentity().primaryKey() : it.notNull().primaryKey().autoIncrement(),
          );
          continue;
        }
        const type = kind.startsWith('text') ? text : integer;
        builder = builder.addColumn(column, type, (it) => (kind.endsWith('?') ? it : it.notNull()));
      }
      if (key.length > 0) builder = builder.addPrimaryKeyConstraint(`${name}_key`, [...key] as never[]);
      await (isPostgres ? builder : builder.modifyEnd(sql`strict`)).execute();
    },

    async addColumns(table, columns) {
      const tables = await db.introspection.getTables();
      const known = new Set(tables.find(({ name }) => name === table)?.columns.map(({ name }) => name));
      for (const [column, kind] of Object.entries(columns)) {
        if (known.has(column)) continue;
        await db.schema
          .alterTable(table)
          .addColumn(column, kind === 'text?' ? text : integer)
          .execute();
      }
    },

    async index(name, table, columns, { unique, where } = {}) {
      let builder = db.schema
        .createIndex(name)
        .on(table)
        .columns([...columns]);
      if (unique === true) builder = builder.unique();
      if (where !== undefined) builder = builder.where(sql<boolean>`${sql.raw(where)}`);
      await builder.execute();
    },

    async searchable(tables) {
      await (isPostgres ? trigramIndexes(db, tables) : trigramTables(db, tables));
    },

    async tableNames() {
      const { rows } = await (isPostgres
        ? sql<{ name: string }>`select table_name as name from information_schema.tables
            where table_schema = current_schema() and table_type = 'BASE TABLE'`
        : sql<{ name: string }>`select name from sqlite_schema where type = 'table' and name not like 'sqlite%'`
      ).execute(db);
      return rows.map(({ name }) => name);
    },
  };
}

/**
 * The rows of all tables in one table of FTS5, which keeps no text of its own. `search_rows` gives each row the number that it
 * has there: numbers that SQLite gives by itself may change.
 */
async function trigramTables(db: Kysely<Tables>, tables: readonly string[]): Promise<void> {
  const run = (statement: string) => sql.raw(statement).execute(db);
  await run('create table search_rows (seq integer primary key autoincrement, id text not null) strict');
  await run('create unique index search_rows_id on search_rows (id)');
  await run(
    `create virtual table search_texts using fts5(search, content = '', contentless_delete = 1, tokenize = 'trigram')`,
  );
  for (const table of tables) {
    await run(`insert into search_rows (id) select id from ${table}`);
    await run(`insert into search_texts (rowid, search)
      select seq, search from ${table} join search_rows on search_rows.id = ${table}.id`);
    await run(`create trigger ${table}_search_added after insert on ${table} begin
      insert into search_rows (id) values (new.id);
      insert into search_texts (rowid, search) select seq, new.search from search_rows where id = new.id;
    end`);
    await run(`create trigger ${table}_search_changed after update of search on ${table}
      when new.search <> old.search begin
      update search_texts set search = new.search where rowid = (select seq from search_rows where id = new.id);
    end`);
  }
}

/** Without the extension, or the right to add it, searching reads every row: slower, and as right. */
async function trigramIndexes(db: Kysely<Tables>, tables: readonly string[]): Promise<void> {
  const { rows } = await sql<{ usable: boolean }>`select exists (
      select from pg_extension where extname = 'pg_trgm'
      union all
      select from pg_available_extension_versions as it
      where it.name = 'pg_trgm' and it.trusted and has_database_privilege(current_database(), 'create')
    ) as usable`.execute(db);
  if (rows[0]?.usable !== true) return;
  await sql`create extension if not exists pg_trgm`.execute(db);
  for (const table of tables) {
    await sql
      .raw(`create index ${table}_trigrams on ${table} using gin (search gin_trgm_ops) where removed_ms is null`)
      .execute(db);
  }
}
