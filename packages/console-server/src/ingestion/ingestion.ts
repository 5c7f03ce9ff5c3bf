import type { SyncReader } from '@baton-ts/c1z';
import type { Entitlement, Resource } from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Transaction } from 'kysely';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { ChangeSet, Known, KnownRow } from './change-set.ts';
import { newIds } from './new-ids.ts';
import type { ScannedEntitlement, ScannedResource, ScannedSync } from './scan-sync.ts';

/** One statement names so many rows. */
export const IDS_PER_STATEMENT = 500;

export interface IngestionParts {
  readonly trx: Transaction<Tables>;
  readonly dialect: Store['dialect'];
  readonly appId: string;
  readonly connectorId: string;
  readonly syncId: string;
  readonly nowMs: number;
  /** When the connector's last good sync was, before this one. */
  readonly lastSeenMs: number;
  readonly sync: SyncReader;
  readonly scanned: ScannedSync;
  readonly known: Known;
  readonly changes: ChangeSet;
  readonly turns: () => Promise<void> | undefined;
}

/** One sync on its way into the database: what every step needs. */
export class Ingestion {
  readonly parts: IngestionParts;
  /** Makes the id of a new row. */
  readonly nextId: () => string;

  constructor(parts: IngestionParts) {
    this.parts = parts;
    this.nextId = newIds(parts.nowMs);
  }

  resourceAt(index: number): ScannedResource {
    return at(this.parts.scanned.resources, index);
  }

  entitlementAt(index: number): ScannedEntitlement {
    return at(this.parts.scanned.entitlements, index);
  }

  /** All that the file says of a resource. */
  readResource(index: number): Resource {
    return this.#read('resources', this.resourceAt(index).storedId);
  }

  readEntitlement(index: number): Entitlement {
    return this.#read('entitlements', this.entitlementAt(index).id);
  }

  /** Columns of a row that is there, for new ones and for others. */
  get firstSeen() {
    const { nowMs, syncId } = this.parts;
    return { first_seen_ms: nowMs, first_sync_id: syncId, ...this.seen };
  }

  get seen() {
    const { connectorId, nowMs } = this.parts;
    return { connector_id: connectorId, last_seen_ms: nowMs, removed_ms: null, removed_sync_id: null };
  }

  /** What deleted connectors left behind becomes this connector's. */
  async takeOver(): Promise<void> {
    const { trx, known, connectorId } = this.parts;
    const strangers = (rows: ReadonlyMap<string, KnownRow>): string[] =>
      [...rows].flatMap(([key, row]) =>
        row.connectorId === connectorId || key.endsWith(`\0${row.id}`) ? [] : [row.id],
      );
    for (const ids of chunks(strangers(known.resources))) {
      await trx.updateTable('resources').set({ connector_id: connectorId }).where('id', 'in', ids).execute();
    }
    for (const ids of chunks(strangers(known.entitlements))) {
      await trx.updateTable('entitlements').set({ connector_id: connectorId }).where('id', 'in', ids).execute();
    }
    for (const ids of chunks(strangers(known.accounts))) {
      await trx.updateTable('accounts').set({ connector_id: connectorId }).where('id', 'in', ids).execute();
      await trx.updateTable('grants').set({ connector_id: connectorId }).where('account_id', 'in', ids).execute();
    }
  }

  async markRemoved(table: 'resources' | 'accounts' | 'entitlements', rows: readonly KnownRow[]): Promise<void> {
    const { trx, nowMs, lastSeenMs, syncId } = this.parts;
    for (const ids of chunks(rows.map(({ id }) => id))) {
      await trx
        .updateTable(table)
        .set({ removed_ms: nowMs, removed_sync_id: syncId, last_seen_ms: lastSeenMs })
        .where('id', 'in', ids)
        .execute();
    }
  }

  #read<Kind extends 'resources' | 'entitlements'>(kind: Kind, id: string) {
    const row = this.parts.sync.storedRow(kind, id);
    if (row === undefined) throw new BatonError(Code.DataLoss, `The file has lost the row ${id} while it was read.`);
    return row.read();
  }
}

export function* chunks<T>(list: readonly T[]): Generator<T[]> {
  for (let start = 0; start < list.length; start += IDS_PER_STATEMENT)
    yield list.slice(start, start + IDS_PER_STATEMENT);
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`There is no item ${index} in a list of ${list.length}.`);
  return item;
}
