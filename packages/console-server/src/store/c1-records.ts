import type { ConnectorRecord, CredentialRecord, HostRecord, TaskRecord } from '@baton-ts/c1-server';
import { BatonError, Code } from '@baton-ts/protocol/errors';

/** Bytes inside a record's JSON. No record has a field of this name. */
const BYTES = '$base64';

/** A record of the protocol server as JSON. Fields that are `undefined` are left out; the readers put them back. */
export function writeRecord(record: ConnectorRecord | CredentialRecord | HostRecord | TaskRecord): string {
  return JSON.stringify(record, (_, value: unknown) =>
    value instanceof Uint8Array ? { [BYTES]: Buffer.from(value).toString('base64') } : value,
  );
}

export interface Saved {
  readonly record: string;
}

export function readConnector({ record }: Saved): ConnectorRecord {
  return parse(record) as ConnectorRecord;
}

export function readCredential({ record }: Saved): CredentialRecord {
  const blank = { revokedAtMs: undefined };
  return { ...blank, ...(parse(record) as CredentialRecord) };
}

export function readHost({ record }: Saved): HostRecord {
  const blank = { helloAtMs: undefined, hello: undefined };
  return { ...blank, ...(parse(record) as HostRecord) };
}

export function readTask({ record }: Saved): TaskRecord {
  const blank = {
    dedupeKey: undefined,
    lease: undefined,
    endedAtMs: undefined,
    result: undefined,
    reason: undefined,
  };
  return { ...blank, ...(parse(record) as TaskRecord) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) =>
      isBytes(value) ? new Uint8Array(Buffer.from(value[BYTES], 'base64')) : value,
    );
  } catch (cause) {
    throw new BatonError(Code.DataLoss, 'A record of the protocol server is damaged in the database.', { cause });
  }
}

function isBytes(value: unknown): value is { readonly [BYTES]: string } {
  return typeof value === 'object' && value !== null && BYTES in value && typeof value[BYTES] === 'string';
}
