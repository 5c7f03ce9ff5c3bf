import { type Expression, type SqlBool, sql } from 'kysely';
import type { PageStart } from './page-token.ts';
import { type Database, isBeyond, type Sorting } from './paging.ts';
import { isSqlite } from './search-candidates.ts';

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
  const arm = (conditions: readonly Expression<unknown>[]) => sql`select ${name} as part_id, ${key} as part_key
    from ${sql.table(table)} where ${sql.join([...conditions, ...more], sql` and `)}
    order by ${key} ${direction}, ${name} ${direction} limit ${rows}`;
  const whole = (conditions: readonly Expression<unknown>[]) => sql`select * from (${arm(conditions)}) as arm`;
  const arms =
    isSqlite(db) || values.length < 2
      ? values.map((part) => whole(columns.map((column, index) => sql`(${column}) = ${part[index]}`)))
      : [
          // Planned once, and not part by part.
          sql`select arm.* from (values ${sql.join(values.map(typed))}) as part (${sql.join(columns.map(nameOf))})
            cross join lateral (${arm(columns.map((column, index) => sql`(${column}) = part.${nameOf(column, index)}`))}) as arm`,
        ];
  arms.push(...others.map((part) => whole([part])));
  if (arms.length === 0) return sql<SqlBool>`1 = 0`;
  return sql<SqlBool>`${name} in (select part_id from (${sql.join(arms, sql` union all `)}) as arms
    order by part_key ${direction}, part_id ${direction} limit ${rows})`;
}

const nameOf = (_column: unknown, index: number) => sql.id(`value_${index}`);

function typed(values: readonly (string | number)[]) {
  const each = values.map((value) => sql`cast(${value} as ${sql.raw(typeof value === 'number' ? 'bigint' : 'text')})`);
  return sql`(${sql.join(each)})`;
}
