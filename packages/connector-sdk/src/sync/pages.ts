import type { RowPage } from '@baton-ts/c1z';

/** Reads stored rows page by page, so that memory stays bounded. */
export function forEachPage<T>(page: (cursor: number) => RowPage<T>, use: (rows: readonly T[]) => void): void {
  let cursor: number | undefined = 0;
  while (cursor !== undefined) {
    const { rows, next }: RowPage<T> = page(cursor);
    use(rows);
    cursor = next;
  }
}
