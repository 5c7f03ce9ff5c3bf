import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { makeSyncId, shiftStoredTime, syncIdTime } from '@baton-ts/c1z';
import {
  EntitlementSchema,
  GrantExpandableSchema,
  GrantSchema,
  ResourceSchema,
  ResourceTypeSchema,
} from '@baton-ts/protocol/connector-v2';
import { encode } from '@baton-ts/protocol/encode';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type DescMessage, fromBinary } from '@bufbuild/protobuf';
import { type MessageMask, maskMessage } from './mask-message.ts';

export type Row = Readonly<Record<string, SQLOutputValue>>;
type MaskColumn = (value: SQLOutputValue, row: Row, mask: MessageMask) => SQLInputValue;

const asIs: MaskColumn = (value) => value;
const text: MaskColumn = (value, _row, { masks }) => (typeof value === 'string' ? masks.text(value) : null);
const word: MaskColumn = (value, _row, { masks }) => (typeof value === 'string' ? masks.word(value) : null);
const time: MaskColumn = (value, _row, { shiftMs }) =>
  typeof value === 'string' ? shiftStoredTime(value, shiftMs) : null;
const syncId: MaskColumn = (value, _row, mask) => (typeof value === 'string' ? maskSyncId(value, mask) : null);
const emptyText: MaskColumn = () => '';
/** Counted anew in the copy. */
const nothing: MaskColumn = () => null;

function blob(schema: DescMessage): MaskColumn {
  return (value, row, mask) => {
    if (!(value instanceof Uint8Array)) return null;
    // The sign of a backfill that was never finished (`c1z-format.md §2.5`).
    if (value.length === 0) return value;
    return encode(schema, maskMessage(schema, read(schema, value, row), mask));
  };
}

function read(schema: DescMessage, value: Uint8Array, row: Row) {
  try {
    return fromBinary(schema, value);
  } catch (cause) {
    throw new BatonError(
      Code.DataLoss,
      `the row ${String(row['id'])} with a ${schema.typeName} cannot be read, so that nobody can tell whom it names`,
      { cause },
    );
  }
}

/** A sync's id is its time and something random (`c1z-format.md §3.4`): both are replaced. */
function maskSyncId(id: string, { masks, shiftMs }: MessageMask): string {
  return id === '' ? '' : makeSyncId(new Date(syncIdTime(id).getTime() + shiftMs), masks.syncPayload(id));
}

/** `<type>:<resource>` (`c1z-format.md §3.1`). */
const resourceKey: MaskColumn = (value, row, { masks }) => {
  const type = String(row['resource_type_id']);
  const key = String(value);
  return key.startsWith(`${type}:`) ? `${masks.word(type)}:${masks.text(key.slice(type.length + 1))}` : masks.text(key);
};

const syncTypes = new Set(['full', 'resources_only', 'partial', 'partial_upserts', 'partial_deletions']);
const syncType: MaskColumn = (value, row, mask) => (syncTypes.has(String(value)) ? value : text(value, row, mask));
/** What the format defines is kept; anything else reads as "unverified", as an empty text does (`c1z-format.md §4.8`). */
const invariant: MaskColumn = (value) =>
  /^(?:\d+|\["I\d+"(?:, ?"I\d+")*\]|[a-z_]*(?:connector|merge|fail_fast))$/.test(String(value)) ? value : '';

const common: Readonly<Record<string, MaskColumn>> = { id: asIs, sync_id: syncId, discovered_at: time };

/** What becomes of each column of each table. Tables that are not here are left out, as are their rows. */
export const rowMasks: Readonly<Record<string, Readonly<Record<string, MaskColumn>>>> = {
  v1_resource_types: { ...common, external_id: word, data: blob(ResourceTypeSchema) },
  v1_resources: {
    ...common,
    resource_type_id: word,
    external_id: resourceKey,
    parent_resource_type_id: word,
    parent_resource_id: text,
    data: blob(ResourceSchema),
  },
  v1_entitlements: {
    ...common,
    resource_type_id: word,
    resource_id: text,
    external_id: text,
    data: blob(EntitlementSchema),
  },
  v1_grants: {
    ...common,
    resource_type_id: word,
    resource_id: text,
    entitlement_id: text,
    principal_resource_type_id: word,
    principal_resource_id: text,
    external_id: text,
    expansion: blob(GrantExpandableSchema),
    needs_expansion: asIs,
    data: blob(GrantSchema),
  },
  v1_sync_runs: {
    ...common,
    started_at: time,
    ended_at: time,
    // Page tokens and ids of what was being read.
    sync_token: emptyText,
    sync_type: syncType,
    parent_sync_id: syncId,
    linked_sync_id: syncId,
    supports_diff: asIs,
    grants_backfilled: asIs,
    stats: nothing,
    ingest_invariant_generation: invariant,
    ingest_invariant_coverage: invariant,
    ingest_invariant_mode: invariant,
  },
};

/** The values of one row, masked, by the columns of `rowMasks[table]`. */
export function maskRow(columns: Readonly<Record<string, MaskColumn>>, row: Row, mask: MessageMask): SQLInputValue[] {
  return Object.entries(columns)
    .filter(([name]) => name in row)
    .map(([name, maskColumn]) => maskColumn(row[name] ?? null, row, mask));
}
