import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import { isSqlite } from './conditions.ts';
import { listOf, type PageStart, readToken, writeToken } from './page-token.ts';
import { type Database, isBeyond, MOST_COUNTED, type Page, type PageOptions } from './paging.ts';

/** How many rows are looked at for a page where no index tells which ones are wanted. */
const MOST_LOOKED_AT = 1_000;

/** A list of what is found only by looking at each row. */
export interface Sieve<DB, TB extends keyof DB, Row> {
  /** All rows, which an index has in the order of the list. */
  readonly rows: SelectQueryBuilder<DB, TB, Row>;
  /** Which of them are wanted. */
  readonly looks: Expression<SqlBool>;
  /** Default: `MOST_LOOKED_AT`. */
  readonly most?: number | undefined;
}

type Placed = { readonly page_key: string | number; readonly page_id: string | number };

/**
 * Reads one page as `readPage` does, but looks at so many rows at most: the page may be shorter than wanted, or empty, and the
 * next one goes on from there. A list that is longer than what was looked at says that its count is the least.
 *
 * @throws BatonError `InvalidArgument` for a token that no page of this list gave
 */
export async function readSieved<DB, TB extends keyof DB, Row>(
  db: Database<DB>,
  { rows, looks, most = MOST_LOOKED_AT }: Sieve<DB, TB, Row>,
  { sorting, request, of }: Pick<PageOptions, 'sorting' | 'request' | 'of'>,
): Promise<Page<Row>> {
  const list = listOf(sorting, of);
  const start = request.pageToken === '' ? undefined : readToken(request.pageToken, list);
  const [key, id] = [sql.ref<string | number>(sorting.by), sql.ref<string | number>(sorting.id)];
  const direction = sorting.descending ? 'desc' : 'asc';
  const inOrder = <Any>(some: SelectQueryBuilder<DB, TB, Any>) => {
    const ordered = some
      .select([key.as('page_key'), id.as('page_id')])
      .orderBy(key, direction)
      .orderBy(id, direction);
    return start === undefined ? ordered : ordered.where(isBeyond(key, id, sorting, start));
  };
  const places = inOrder(rows.clearSelect())
    .limit(1)
    .offset(most - 1);
  const [last] = (await sql<Placed>`select * from ${places} as places`.execute(db)).rows;
  const end: PageStart | undefined = last && { key: last.page_key, id: last.page_id };

  const table = sql.table(sorting.id.split('.')[0] ?? '');
  // SQLite would put all that it looked at into order again, PostgreSQL would rather read the table than so much of the index.
  const isUpTo = (place: PageStart) =>
    sql<SqlBool>`(${key}, ${id}) ${sql.raw(sorting.descending ? '>=' : '<=')} (${place.key}, ${place.id})`;
  const wanted = (limit: number) =>
    isSqlite(db)
      ? sql`${inOrder(end === undefined ? rows.where(looks) : rows.where(looks).where(isUpTo(end))).limit(limit)}`
      : sql`(select * from ${inOrder(rows).limit(most)} as ${table} where ${looks}
          order by page_key ${sql.raw(direction)}, page_id ${sql.raw(direction)} limit ${limit})`;
  const { rows: read } = await sql<Row & Placed>`select * from ${wanted(request.pageSize + 1)} as wanted
    order by page_key ${sql.raw(direction)}, page_id ${sql.raw(direction)}`.execute(db);
  const shown = read.slice(0, request.pageSize);
  const hasMore = read.length > request.pageSize;
  const ofPage = shown.at(-1);
  const next = hasMore && ofPage !== undefined ? { key: ofPage.page_key, id: ofPage.page_id } : end;

  let counted = start ?? { total: shown.length, isLowerBound: end !== undefined };
  if (start === undefined && hasMore) {
    const found = await sql<{ total: number }>`select count(*) as total from (
      select 1 as one from ${wanted(MOST_COUNTED + 1)} as wanted) as found`.execute(db);
    const total = found.rows[0]?.total ?? 0;
    counted = { total: Math.min(total, MOST_COUNTED), isLowerBound: end !== undefined || total > MOST_COUNTED };
  }
  const { total, isLowerBound } = counted;
  return {
    rows: shown,
    nextPageToken: next === undefined ? '' : writeToken(list, { ...next, total, isLowerBound }),
    totalCount: total,
    totalIsLowerBound: isLowerBound,
  };
}
