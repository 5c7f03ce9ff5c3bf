import type { SQLInputValue } from 'node:sqlite';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { isTaskType } from '../queue/task-types.ts';
import type { ConnectorRecord, CredentialRecord, HostRecord, TaskRecord, TaskState, UploadRecord } from './store.ts';

type Row = Record<string, unknown>;
type OutRow = Record<string, SQLInputValue>;

export const connectorRow = ({ id, name, createdAtMs }: ConnectorRecord): OutRow => ({
  id,
  name,
  created_at_ms: createdAtMs,
});

export const readConnector = (row: Row): ConnectorRecord => ({
  id: text(row, 'id'),
  name: text(row, 'name'),
  createdAtMs: number(row, 'created_at_ms'),
});

export const credentialRow = (credential: CredentialRecord): OutRow => ({
  client_id: credential.clientId,
  connector_id: credential.connectorId,
  public_key: credential.publicKey,
  created_at_ms: credential.createdAtMs,
  revoked_at_ms: credential.revokedAtMs ?? null,
});

export const readCredential = (row: Row): CredentialRecord => ({
  clientId: text(row, 'client_id'),
  connectorId: text(row, 'connector_id'),
  publicKey: text(row, 'public_key'),
  createdAtMs: number(row, 'created_at_ms'),
  revokedAtMs: maybe(row, 'revoked_at_ms', number),
});

export const hostRow = (host: HostRecord): OutRow => ({
  connector_id: host.connectorId,
  host_id: host.hostId,
  last_seen_ms: host.lastSeenMs,
  hello_at_ms: host.helloAtMs ?? null,
  hello: host.hello ?? null,
});

export const readHost = (row: Row): HostRecord => ({
  connectorId: text(row, 'connector_id'),
  hostId: text(row, 'host_id'),
  lastSeenMs: number(row, 'last_seen_ms'),
  helloAtMs: maybe(row, 'hello_at_ms', number),
  hello: maybe(row, 'hello', bytes),
});

export const taskRow = (task: TaskRecord): OutRow => ({
  id: task.id,
  connector_id: task.connectorId,
  type: task.type,
  state: task.state,
  task: task.task,
  dedupe_key: task.dedupeKey ?? null,
  created_at_ms: task.createdAtMs,
  not_before_ms: task.notBeforeMs,
  attempts: task.attempts,
  lease_host_id: task.lease?.hostId ?? null,
  lease_until_ms: task.lease?.untilMs ?? null,
  cancel_requested: task.cancelRequested ? 1 : 0,
  ended_at_ms: task.endedAtMs ?? null,
  result: task.result ?? null,
  reason: task.reason ?? null,
  uploads: JSON.stringify(task.uploads),
});

export const readTask = (row: Row): TaskRecord => {
  const type = text(row, 'type');
  if (!isTaskType(type)) throw damaged('type', row);
  const hostId = maybe(row, 'lease_host_id', text);
  return {
    id: text(row, 'id'),
    connectorId: text(row, 'connector_id'),
    type,
    state: oneOf(row, 'state', STATES),
    task: bytes(row, 'task'),
    dedupeKey: maybe(row, 'dedupe_key', text),
    createdAtMs: number(row, 'created_at_ms'),
    notBeforeMs: number(row, 'not_before_ms'),
    attempts: number(row, 'attempts'),
    lease: hostId === undefined ? undefined : { hostId, untilMs: number(row, 'lease_until_ms') },
    cancelRequested: number(row, 'cancel_requested') === 1,
    endedAtMs: maybe(row, 'ended_at_ms', number),
    result: maybe(row, 'result', bytes),
    reason: maybe(row, 'reason', text),
    uploads: uploads(row),
  };
};

const STATES = ['pending', 'leased', 'finished', 'failed', 'cancelled'] as const satisfies readonly TaskState[];
const KINDS = ['c1z-v1', 'c1z-v3', 'log'] as const satisfies readonly UploadRecord['kind'][];

function uploads(row: Row): UploadRecord[] {
  const list: unknown = JSON.parse(text(row, 'uploads'));
  if (!Array.isArray(list)) throw damaged('uploads', row);
  return list.map((item: Row) => ({
    kind: oneOf(item, 'kind', KINDS),
    path: text(item, 'path'),
    sizeBytes: number(item, 'sizeBytes'),
    sha256: text(item, 'sha256'),
    receivedAtMs: number(item, 'receivedAtMs'),
  }));
}

function text(row: Row, name: string): string {
  const value = row[name];
  if (typeof value !== 'string') throw damaged(name, row);
  return value;
}

export function number(row: Row, name: string): number {
  const value = row[name];
  if (typeof value !== 'number') throw damaged(name, row);
  return value;
}

function bytes(row: Row, name: string): Uint8Array {
  const value = row[name];
  if (!(value instanceof Uint8Array)) throw damaged(name, row);
  return value;
}

function oneOf<T extends string>(row: Row, name: string, allowed: readonly T[]): T {
  const value = allowed.find((one) => one === row[name]);
  if (value === undefined) throw damaged(name, row);
  return value;
}

export function maybe<T>(row: Row, name: string, read: (row: Row, name: string) => T): T | undefined {
  return row[name] === null ? undefined : read(row, name);
}

function damaged(column: string, row: Row): BatonError {
  const id = typeof row['id'] === 'string' ? ` of ${row['id']}` : '';
  return new BatonError(Code.DataLoss, `The store is damaged: ${column}${id} is not what it should be.`);
}
