import { rm } from 'node:fs/promises';
import { fileError } from './file-errors.ts';
import { FileLock, removeLockLeftovers } from './lock.ts';
import { realPath, removeLeftovers } from './open.ts';
import { removeWorkingCopy, workingCopyDirectory } from './working-copy.ts';

/**
 * Removes a `.c1z` and everything that its writers may have left: the working copy, temporary files, locks of dead
 * processes. What is not there is no error.
 *
 * @param options.tempDir what `openC1z` was given
 * @throws BatonError `FailedPrecondition` that names the holder while somebody writes the file
 */
export async function removeC1z(path: string, options: { readonly tempDir?: string | undefined } = {}): Promise<void> {
  const target = realPath(path);
  const lock = FileLock.acquire(target);
  try {
    removeLeftovers(target);
    removeLockLeftovers(target);
    await removeWorkingCopy({ directory: workingCopyDirectory(target, options.tempDir) });
    await rm(target, { force: true });
  } catch (error) {
    throw fileError(error, `removing ${path}`);
  } finally {
    lock.release();
  }
}
