import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Selectable } from 'kysely';
import { time, timeOrNull } from '../connectors/show-connector.ts';
import type { Page, Sorting } from '../store/paging.ts';
import type { Tables } from '../store/tables.ts';

/** By what a list can be sorted, as its endpoint names it: only what an index can read in order. */
export interface SortColumns<Name extends string> {
  /** What the list holds, for the refusal: `Accounts`. */
  readonly what: string;
  readonly columns: Readonly<Record<Name, string>>;
  /** As `sort` says it. */
  readonly usual: string;
  readonly id: string;
}

/** @throws BatonError `InvalidArgument` for what the list cannot be sorted by */
export function sortingOf<Name extends string>({ what, columns, usual, id }: SortColumns<Name>, sort: string): Sorting {
  const byName: Readonly<Record<string, string>> = columns;
  const [, minus = '', name = ''] = /^(-?)(.*)$/.exec(sort === '' ? usual : sort) ?? [];
  const by = Object.hasOwn(byName, name) ? byName[name] : undefined;
  if (by === undefined) {
    const known = Object.keys(columns).join(', ');
    throw new BatonError(Code.InvalidArgument, `${what} cannot be sorted by "${name}". Known: ${known}.`);
  }
  return { by, id, descending: minus === '-' };
}

export function listAnswer<Item>({ nextPageToken, totalCount, totalIsLowerBound }: Page<unknown>, list: Item[]) {
  return { list, nextPageToken, totalCount, totalIsLowerBound };
}

export function only<Item>([item]: readonly Item[]): Item {
  if (item === undefined) throw new TypeError('One row in, one out.');
  return item;
}

type Seen = 'connector_id' | 'first_seen_ms' | 'first_sync_id' | 'last_seen_ms' | 'removed_ms' | 'removed_sync_id';

/** When syncs saw it, and which ones. */
export function showSeen(row: Pick<Selectable<Tables['resources']>, Seen>) {
  return {
    connectorId: row.connector_id,
    firstSeenAt: time(row.first_seen_ms),
    firstSyncId: row.first_sync_id,
    lastSeenAt: time(row.last_seen_ms),
    removedAt: timeOrNull(row.removed_ms),
    removedSyncId: row.removed_sync_id,
  };
}

/** What was synced as JSON by this program itself. */
export function jsonObject(json: string | null): Record<string, unknown> {
  const value: unknown = JSON.parse(json ?? '{}');
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function jsonTexts(json: string | null): string[] {
  const value: unknown = JSON.parse(json ?? '[]');
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
