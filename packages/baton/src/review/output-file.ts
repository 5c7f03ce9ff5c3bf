import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BatonError, Code } from '@baton-ts/protocol/errors';

/**
 * Refuses a path where something is already: a page may be signed or handed on, and is not replaced by accident.
 *
 * @throws BatonError `AlreadyExists`
 */
export function refuseExisting(path: string, force: boolean): void {
  if (force || !existsSync(path)) return;
  throw new BatonError(
    Code.AlreadyExists,
    `${path} exists already. Name another file with --out, or replace it with --force`,
  );
}

/** Writes a file aside and renames it: it is there whole, or not at all. */
export async function writeWhole(path: string, content: string, force: boolean): Promise<void> {
  const aside = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    const file = await open(aside, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    refuseExisting(path, force);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => {});
    throw BatonError.is(error) ? error : cannotWrite(path, error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist. Make the folder first',
  ENOTDIR: 'a part of its path is no folder. Name another file with --out',
  EACCES: 'you may not write there. Name another file with --out',
  EPERM: 'you may not write there. Name another file with --out',
  EROFS: 'the disk can only be read. Name another file with --out',
  EISDIR: 'it is a folder. Name a file with --out',
  ENOTEMPTY: 'it is a folder. Name a file with --out',
  ENOSPC: 'the disk is full. Free some space and run again',
  ENAMETOOLONG: 'its name is too long. Name another file with --out',
};

function cannotWrite(path: string, error: unknown): BatonError {
  const errorCode = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = reasons[errorCode] ?? 'the system refused it. Name another file with --out';
  return new BatonError(Code.Unknown, `${path} cannot be written: ${reason}`, { cause: error });
}
