import type { Entitlement, Grant, Resource } from '@baton-ts/protocol/connector-v2';
import type { StoredRow, SyncReader } from './store.ts';

/** The tables of a sync that two syncs are compared by, and what their rows hold. */
export interface RowKinds {
  readonly resources: Resource;
  readonly entitlements: Entitlement;
  readonly grants: Grant;
}

/** One row that two syncs do not share. */
export type Difference<T> =
  | { readonly change: 'created'; readonly id: string; readonly after: StoredRow<T> }
  | { readonly change: 'deleted'; readonly id: string; readonly before: StoredRow<T> }
  | { readonly change: 'modified'; readonly id: string; readonly before: StoredRow<T>; readonly after: StoredRow<T> };

/**
 * What differs between two syncs, of one file or of two: rows by id that only one of them has, or that differ in a byte of
 * `data` or `expansion` (`c1z-format.md §3.3`). In the order of the ids' bytes, one row at a time.
 *
 * @example for (const { change, id } of differences(yesterday, today, 'grants')) console.log(change, id)
 */
export function* differences<Kind extends keyof RowKinds>(
  before: SyncReader,
  after: SyncReader,
  kind: Kind,
): Generator<Difference<RowKinds[Kind]>> {
  const olds = before.rowsById(kind);
  const news = after.rowsById(kind);
  let old = olds.next();
  let now = news.next();
  while (old.done !== true || now.done !== true) {
    const order = old.done === true ? 1 : now.done === true ? -1 : compareBytes(old.value.id, now.value.id);
    if (order < 0 && old.done !== true) {
      yield { change: 'deleted', id: old.value.id, before: old.value };
      old = olds.next();
    } else if (order > 0 && now.done !== true) {
      yield { change: 'created', id: now.value.id, after: now.value };
      now = news.next();
    } else if (old.done !== true && now.done !== true) {
      if (!sameBytes(old.value, now.value)) {
        yield { change: 'modified', id: now.value.id, before: old.value, after: now.value };
      }
      old = olds.next();
      now = news.next();
    }
  }
}

/** As SQLite orders text: by its bytes, not by JavaScript's code units. */
function compareBytes(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function sameBytes(a: StoredRow<unknown>, b: StoredRow<unknown>): boolean {
  if (Buffer.compare(a.data, b.data) !== 0) return false;
  return a.expansion === null || b.expansion === null
    ? a.expansion === b.expansion
    : Buffer.compare(a.expansion, b.expansion) === 0;
}
