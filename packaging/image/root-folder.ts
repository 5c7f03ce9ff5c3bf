import { chmodSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchiveEntry } from '../tar.ts';

/**
 * Writes the files of an image into a folder, for those who build images by other means, and for tests.
 * Owners are set only by root: nobody else may.
 */
export function writeRoot(folder: string, entries: readonly ArchiveEntry[]): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  for (const { path, content = '', mode, linkTo, owner = 0 } of entries) {
    const file = join(folder, path);
    const isFolder = path.endsWith('/');
    if (isFolder) mkdirSync(file, { recursive: true });
    else if (linkTo === undefined) writeFileSync(file, content);
    else symlinkSync(linkTo, file);
    if (linkTo === undefined) chmodSync(file, mode ?? (isFolder ? 0o755 : 0o644));
    if (process.getuid?.() === 0) lchownSync(file, owner, owner);
  }
}
