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
 * `data` or `expansion` (`c1z-format.md §3.3`). One row at a time, in stored order.
 *
 * Both syncs are read from their beginnings side by side: as long as rows of one id meet, nothing is looked up. Where they do
 * not, each row is looked up in the other sync, and the side that is behind goes on.
 *
 * @example for (const { change, id } of differences(yesterday, today, 'grants')) console.log(change, id)
 */
export function* differences<Kind extends keyof RowKinds>(
  before: SyncReader,
  after: SyncReader,
  kind: Kind,
): Generator<Difference<RowKinds[Kind]>> {
  const olds = before.storedRows(kind);
  const news = after.storedRows(kind);
  let old = olds.next().value;
  let now = news.next().value;
  while (old !== undefined || now !== undefined) {
    if (old !== undefined && now !== undefined && old.id === now.id) {
      if (!sameBytes(old, now)) yield { change: 'modified', id: now.id, before: old, after: now };
      old = olds.next().value;
      now = news.next().value;
      continue;
    }
    const oldLater = old === undefined ? undefined : after.storedRow(kind, old.id);
    if (old !== undefined && oldLater === undefined) {
      yield { change: 'deleted', id: old.id, before: old };
      old = olds.next().value;
      continue;
    }
    const nowEarlier = now === undefined ? undefined : before.storedRow(kind, now.id);
    if (now !== undefined && nowEarlier === undefined) {
      yield { change: 'created', id: now.id, after: now };
      now = news.next().value;
      continue;
    }
    // What is left stands elsewhere in the other sync. The row that is farther from its other self has moved: the walk
    // goes on without it. Only the old one is compared, so that no pair is told twice.
    if (
      old !== undefined &&
      oldLater !== undefined &&
      (now === undefined || isFarther(oldLater, now, nowEarlier, old))
    ) {
      if (!sameBytes(old, oldLater)) yield { change: 'modified', id: old.id, before: old, after: oldLater };
      old = olds.next().value;
    } else {
      now = news.next().value;
    }
  }
}

type Place = { readonly rowId: number } | undefined;

/** Whether the old row has the longer way to its other self; one that was passed already is not on the way any more. */
function isFarther(oldLater: Place, now: Place, nowEarlier: Place, old: Place): boolean {
  const way = (to: Place, from: Place): number => {
    const rows = (to?.rowId ?? 0) - (from?.rowId ?? 0);
    return rows < 0 ? Number.POSITIVE_INFINITY : rows;
  };
  return way(oldLater, now) >= way(nowEarlier, old);
}

function sameBytes(a: StoredRow<unknown>, b: StoredRow<unknown>): boolean {
  if (Buffer.compare(a.data, b.data) !== 0) return false;
  return a.expansion === null || b.expansion === null
    ? a.expansion === b.expansion
    : Buffer.compare(a.expansion, b.expansion) === 0;
}
