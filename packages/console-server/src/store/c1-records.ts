import { BatonError, Code } from '@baton-ts/protocol/errors';

/** Bytes inside a record's JSON. No record has a field of this name. */
const BYTES = '$base64';

/** A record of the protocol server as JSON; fields that are `undefined` are left out. */
export function writeRecord(record: object): string {
  return JSON.stringify(record, (_, value: unknown) =>
    value instanceof Uint8Array ? { [BYTES]: Buffer.from(value).toString('base64') } : value,
  );
}

/** @throws BatonError `DataLoss` when it is no JSON */
export function readRecord<Result>(text: string): Result {
  try {
    return JSON.parse(text, (_, value: unknown) =>
      isBytes(value) ? new Uint8Array(Buffer.from(value[BYTES], 'base64')) : value,
    ) as Result;
  } catch (cause) {
    throw new BatonError(Code.DataLoss, 'A record of the protocol server is damaged in the database.', { cause });
  }
}

function isBytes(value: unknown): value is { readonly [BYTES]: string } {
  return typeof value === 'object' && value !== null && BYTES in value && typeof value[BYTES] === 'string';
}
