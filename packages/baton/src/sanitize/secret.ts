import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileError } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { requireNewPath } from '../file/new-file.ts';

/** A shorter secret could be guessed, and with it every name. */
const MIN_SECRET_BYTES = 32;
/** Far more than a secret needs: more is another file. */
const MAX_SECRET_BYTES = 64 * 1024;

/** What masks are made with. */
export interface Secret {
  readonly bytes: Uint8Array;
  /** Stores a new one beside the output; nothing to do for one that was read. Undefined path: it was read. */
  readonly newPath: string | undefined;
}

/** The secret in the file that is named, else a new one for `OUT.secret`, which must not exist. */
export function openSecret(secretFile: string | undefined, out: string): Secret {
  if (secretFile !== undefined) return { bytes: readSecret(secretFile), newPath: undefined };
  const newPath = `${out}.secret`;
  requireNewPath(newPath);
  return { bytes: Buffer.from(`${randomBytes(MIN_SECRET_BYTES).toString('hex')}\n`), newPath };
}

/** Stores a new secret where only this user can read it. */
export function keepSecret({ bytes, newPath }: Secret): void {
  if (newPath === undefined) return;
  try {
    writeFileSync(newPath, bytes, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw fileError(error, `writing ${newPath}`);
  }
}

function readSecret(path: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    const { size } = statSync(path);
    if (size > MAX_SECRET_BYTES) {
      throw new BatonError(Code.InvalidArgument, `${path} holds ${size} bytes; that is no secret. Name another file`);
    }
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new BatonError(Code.NotFound, `${path} does not exist; without --secret-file a new secret is made`);
    }
    throw fileError(error, `reading ${path}`);
  }
  if (bytes.length >= MIN_SECRET_BYTES) return bytes;
  throw new BatonError(
    Code.InvalidArgument,
    `${path} holds ${bytes.length} bytes; a secret needs at least ${MIN_SECRET_BYTES}. Without --secret-file one is made`,
  );
}
