import type { RowPage } from '@baton-ts/c1z';
import { Breather } from './breather.ts';

/** Reads stored rows page by page, so that memory stays bounded, and with pauses, so that the main thread stays free. */
export async function forEachPage<T>(
  page: (cursor: number) => RowPage<T>,
  use: (rows: readonly T[]) => void,
): Promise<void> {
  const breather = new Breather();
  let cursor: number | undefined = 0;
  while (cursor !== undefined) {
    const { rows, next }: RowPage<T> = page(cursor);
    use(rows);
    await breather.pause();
    cursor = next;
  }
}
