import { type Expression, type SqlBool, sql } from 'kysely';
import { isSqlite } from './conditions.ts';
import type { PageStart } from './page-token.ts';
import { type Database, isBeyond, type Sorting } from './paging.ts';

/** More cost more than they save. */
const MOST_PARTS = 200;

/** Parts of a list, each of which an index has in the order of the list while all together have none. */
export interface Parts {
  readonly table: string;
  /** What tells the parts apart, as the index has it. */
  readonly columns: readonly Expression<unknown>[];
  /** What the columns are in each part. */
  readonly values: readonly (readonly (string | number)[])[];
  /** What else is so of every row. */
  readonly where?: Expression<SqlBool> | undefined;
  /** More parts, which something else tells apart. */
  readonly others?: readonly Expression<SqlBool>[];
}

/** Whether they are worth it. */
export function areParts({ values, others = [] }: Parts): boolean {
  return values.length + others.length <= MOST_PARTS;
}

/**
 * The first rows of a list that is made of parts: as many of each part as a page has, and of these the first ones. A row has to
 * be in one part only.
 */
export function firstOfParts<DB>(
  db: Database<DB>,
  { table, columns, values, where, others = [] }: Parts,
  { by, id, descending }: Sorting,
  start: PageStart | undefined,
  rows: number,
): Expression<SqlBool> {
  const direction = sql.raw(descending ? 'desc' : 'asc');
  const [key, name] = [sql.ref<string | number>(by), sql.ref<string | number>(id)];
  const more = [
    ...(where === undefined ? [] : [where]),
    ...(start === undefined ? [] : [isBeyond(key, name, { descending }, start)]),
  ];
  const rowsOf = (conditions: readonly Expression<unknown>[]) => sql`select ${name} as part_id, ${key} as part_key
    from ${sql.table(table)} where ${sql.join([...conditions, ...more], sql` and `)}`;
  const ofEach = values.map((part) => columns.map((column, index) => sql`(${column}) = ${part[index]}`));
  const ofOthers = others.map((part) => [part]);
  const firsts = sql`order by part_key ${direction}, part_id ${direction} limit ${rows}`;
  if (values.length + others.length === 0) return sql<SqlBool>`1 = 0`;
  if (isSqlite(db)) {
    // It reads all of them side by side, each in its order, until it has enough.
    const all = sql.join([...ofEach, ...ofOthers].map(rowsOf), sql` union all `);
    return sql<SqlBool>`${name} in (select part_id from (${all} ${firsts}) as firsts)`;
  }
  const firstOf = (conditions: readonly Expression<unknown>[]) => sql`${rowsOf(conditions)} ${firsts}`;
  const whole = (conditions: readonly Expression<unknown>[]) =>
    sql`select * from (${firstOf(conditions)}) as part_rows`;
  const arms = ofOthers.map(whole);
  if (values.length > 1) {
    // Planned once, and not part by part.
    const isPart = columns.map((column, index) => sql`(${column}) = part.${nameOf(column, index)}`);
    arms.push(sql`select part_rows.* from (values ${sql.join(values.map(typed))}) as part (${sql.join(columns.map(nameOf))})
      cross join lateral (${firstOf(isPart)}) as part_rows`);
  } else {
    arms.push(...ofEach.map(whole));
  }
  return sql<SqlBool>`${name} in (select part_id from (${sql.join(arms, sql` union all `)}) as arms ${firsts})`;
}

const nameOf = (_column: unknown, index: number) => sql.id(`value_${index}`);

function typed(values: readonly (string | number)[]) {
  const each = values.map((value) => sql`cast(${value} as ${sql.raw(typeof value === 'number' ? 'bigint' : 'text')})`);
  return sql`(${sql.join(each)})`;
}
