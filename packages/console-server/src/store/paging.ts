import { type Expression, type Kysely, type SelectQueryBuilder, type SqlBool, sql, type Transaction } from 'kysely';
import { listOf, type PageStart, type Position, readToken, writeToken } from './page-token.ts';

/** Counting reads every row that the filter finds, and so it ends here. */
export const MOST_COUNTED = 1_000;

export interface PageRequest {
  readonly pageSize: number;
  /** Empty for the first page. */
  readonly pageToken: string;
}

export interface Page<Row> {
  readonly rows: Row[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
  /** As of the first page. */
  readonly totalCount: number;
  /** The count ended at `totalCount`: there are more. */
  readonly totalIsLowerBound: boolean;
}

export interface Sorting {
  /** A column that is never null, such as `accounts.search`. */
  readonly by: string;
  /** What tells two rows apart that are the same in `by`, such as `accounts.id`. */
  readonly id: string;
  readonly descending: boolean;
  /** The query finds few rows, by an index of its own: they are put into order afterwards, instead of being read in it. */
  readonly isOfFew?: boolean | undefined;
}

export interface PageOptions {
  readonly sorting: Sorting;
  readonly request: PageRequest;
  /** Everything else that the list depends on, such as its filters. A token of another list is refused. */
  readonly of: unknown;
  /** When it is known, nothing is counted. */
  readonly total?: number | undefined;
  /** How far to count. Default: `MOST_COUNTED`. */
  readonly mostCounted?: number | undefined;
}

export type Database<DB> = Kysely<DB> | Transaction<DB>;

/**
 * Reads one page of a list. The token holds where the last page ended, not how many rows it was: rows that come or go
 * meanwhile neither repeat nor hide others. The query has the filters and no order.
 *
 * @param page the part of the query that is sure to have the page that begins there, for one that cannot be read in its order
 * @throws BatonError `InvalidArgument` for a token that no page of this list gave
 */
export async function readPage<DB, TB extends keyof DB, Row>(
  db: Database<DB>,
  query: SelectQueryBuilder<DB, TB, Row>,
  { sorting, request, of, total, mostCounted = MOST_COUNTED }: PageOptions,
  page: (start: PageStart | undefined) => SelectQueryBuilder<DB, TB, Row> = () => query,
): Promise<Page<Row>> {
  const list = listOf(sorting, of);
  const start = request.pageToken === '' ? undefined : readToken(request.pageToken, list);
  const column = sql.ref<string | number>(sorting.by);
  // No index is of this expression.
  const key = sorting.isOfFew === true ? sql<string | number>`coalesce(${column}, ${column})` : column;
  const id = sql.ref<string | number>(sorting.id);
  const direction = sorting.descending ? 'desc' : 'asc';

  let wanted = page(start)
    .select([key.as('page_key'), id.as('page_id')])
    .orderBy(key, direction)
    .orderBy(id, direction)
    .limit(request.pageSize + 1);
  if (start !== undefined) {
    wanted = wanted.where(isBeyond(key, id, sorting, start));
  }
  const read = (await wanted.execute()) as (Row & { page_key: string | number; page_id: string | number })[];

  const counted = start ?? (await count(db, query, read.length, { total, pageSize: request.pageSize, mostCounted }));
  const rows = read.slice(0, request.pageSize);
  const last = rows.at(-1);
  const hasMore = read.length > request.pageSize && last !== undefined;
  return {
    rows,
    nextPageToken: hasMore ? writeToken(list, { ...counted, key: last.page_key, id: last.page_id }) : '',
    totalCount: counted.total,
    totalIsLowerBound: counted.isLowerBound,
  };
}

/** Behind the row where the page begins. */
export function isBeyond(
  key: Expression<string | number>,
  id: Expression<string | number>,
  { descending }: Pick<Sorting, 'descending'>,
  start: PageStart,
): Expression<SqlBool> {
  return sql<SqlBool>`(${key}, ${id}) ${sql.raw(descending ? '<' : '>')} (${start.key}, ${start.id})`;
}

type Counted = Pick<Position, 'total' | 'isLowerBound'>;

async function count<DB, TB extends keyof DB, Row>(
  db: Database<DB>,
  query: SelectQueryBuilder<DB, TB, Row>,
  read: number,
  { total: known, pageSize, mostCounted }: { total: number | undefined; pageSize: number; mostCounted: number },
): Promise<Counted> {
  if (known !== undefined) return { total: known, isLowerBound: false };
  if (read <= pageSize) return { total: read, isLowerBound: false };
  if (mostCounted <= pageSize) return { total: pageSize, isLowerBound: true };
  const found = query
    .clearSelect()
    .select(sql`1`.as('one'))
    .limit(mostCounted + 1);
  const { rows } = await sql<{ total: number }>`select count(*) as total from (${found}) as found`.execute(db);
  const total = rows[0]?.total ?? 0;
  return { total: Math.min(total, mostCounted), isLowerBound: total > mostCounted };
}
