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
  readonly index: (name: string, table: string, columns: readonly string[], options?: IndexOptions) => Promise<void>;
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

    async index(name, table, columns, { unique, where } = {}) {
      let builder = db.schema
        .createIndex(name)
        .on(table)
        .columns([...columns]);
      if (unique === true) builder = builder.unique();
      if (where !== undefined) builder = builder.where(sql<boolean>`${sql.raw(where)}`);
      await builder.execute();
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
