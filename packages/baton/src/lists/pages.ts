import type { RowPage } from '@baton-ts/c1z';

/** Rows held at a time: as few as are still read at full speed. */
const PAGE_ROWS = 500;

/** All rows of a paged read, one page in memory at a time. */
export function* allPages<Row>(
  read: (page: { readonly cursor: number; readonly limit: number }) => RowPage<Row>,
): Generator<Row> {
  let cursor: number | undefined = 0;
  while (cursor !== undefined) {
    const page: RowPage<Row> = read({ cursor, limit: PAGE_ROWS });
    yield* page.rows;
    cursor = page.next;
  }
}
