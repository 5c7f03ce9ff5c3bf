import { BatonError, Code } from '@baton-ts/protocol/errors';

/** Keys of the database's indexes are made of ids (`c1z-format.md §3.2`). */
const LONGEST_ID_BYTES = 1024;

/** @throws BatonError `InvalidArgument` when a file's id cannot be kept */
export function checkId(what: string, id: string): void {
  const problem =
    id === ''
      ? 'is empty'
      : id.includes('\0')
        ? 'holds a zero character'
        : Buffer.byteLength(id) > LONGEST_ID_BYTES
          ? `is longer than ${LONGEST_ID_BYTES} bytes`
          : undefined;
  if (problem === undefined) return;
  throw new BatonError(Code.InvalidArgument, `the id of a ${what} ${problem}: ${JSON.stringify(id.slice(0, 60))}`);
}

/** @throws BatonError `ResourceExhausted` when a file holds more than can be taken in */
export function checkCount(what: string, count: number, most: number): void {
  if (count <= most) return;
  throw new BatonError(Code.ResourceExhausted, `it holds more than ${most.toLocaleString('en')} ${what}`);
}
