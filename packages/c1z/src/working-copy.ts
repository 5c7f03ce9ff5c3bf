import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { fileError } from './file-errors.ts';
import { migrate } from './migrate.ts';
import { runJob } from './run-job.ts';
import { unpackFile } from './unpack-file.ts';

/** How much of a `.c1z` tells it from another of the same size and time. */
const FINGERPRINT_BYTES = 64 * 1024;

/**
 * The unpacked database of a `.c1z` that is being written, in a private folder whose name follows from the path. A run
 * that was killed leaves it behind; the next run goes on from it as long as the `.c1z` is the one it came from.
 */
export interface WorkingCopy {
  readonly directory: string;
  readonly database: string;
  /** Whether it was left behind by a run that was killed. */
  readonly resumed: boolean;
}

export function workingCopyDirectory(path: string, tempDir: string | undefined): string {
  const name = createHash('sha256').update(path).digest('hex').slice(0, 32);
  return join(tempDir ?? tmpdir(), `baton-c1z-${name}`);
}

/** Opens the working copy of a `.c1z` whose lock is held. */
export async function openWorkingCopy(
  path: string,
  options: {
    readonly tempDir?: string | undefined;
    readonly signal?: AbortSignal | undefined;
    /** What messages call the file. Default: its path. */
    readonly name?: string | undefined;
  },
): Promise<WorkingCopy> {
  const directory = workingCopyDirectory(path, options.tempDir);
  const copy = { directory, database: join(directory, 'db') };
  try {
    makePrivate(directory);
    const base = await fingerprint(path);
    if (readBase(directory) === base && existsSync(copy.database)) return { ...copy, resumed: true };
    await rm(directory, { recursive: true, force: true });
    makePrivate(directory);
    // A database without rows takes no time; starting a thread does.
    if (await unpackFile(path, copy.database, options.signal, options.name))
      await runJob({ kind: 'migrate', database: copy.database });
    else migrate(copy.database);
    // Only now is the copy whole: without this file the next run starts over.
    writeFileSync(join(directory, 'base.tmp'), base, { mode: 0o600 });
    renameSync(join(directory, 'base.tmp'), join(directory, 'base'));
    return { ...copy, resumed: false };
  } catch (error) {
    if (readBase(directory) === undefined) removeOwn(directory);
    throw fileError(error, `unpacking ${options.name ?? path} into ${directory}`);
  }
}

/** Freeing a large file takes the file system a while, so the main thread does not wait for it. */
export async function removeWorkingCopy(copy: Pick<WorkingCopy, 'directory'>): Promise<void> {
  await rm(copy.directory, { recursive: true, force: true });
}

function removeOwn(directory: string): void {
  try {
    if (isPrivate(directory)) rmSync(directory, { recursive: true, force: true });
  } catch {
    // The error that led here is the one to tell.
  }
}

/** Makes the folder, or accepts it when it is a real folder of this user that nobody else may enter. */
function makePrivate(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
    return;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  if (isPrivate(directory)) return;
  throw new BatonError(
    Code.FailedPrecondition,
    `${directory} exists and is not a private folder of this user. Remove it, or name another temporary folder`,
  );
}

function isPrivate(directory: string): boolean {
  const stats = lstatSync(directory);
  const uid = process.getuid?.();
  if (!stats.isDirectory()) return false;
  return uid === undefined || (stats.uid === uid && (stats.mode & 0o077) === 0);
}

function readBase(directory: string): string | undefined {
  try {
    return readFileSync(join(directory, 'base'), 'utf8');
  } catch {
    return undefined;
  }
}

/** What the copy came from: the file by size, time and contents, and the start of the machine (see `openDatabase`). */
async function fingerprint(path: string): Promise<string> {
  const parts: (string | number)[] = [path, bootId()];
  try {
    const { size, mtimeMs } = await stat(path);
    parts.push(size, mtimeMs);
    const file = await open(path, 'r');
    try {
      const block = Buffer.alloc(FINGERPRINT_BYTES);
      const hash = createHash('sha256');
      for (const position of [0, Math.max(0, size - FINGERPRINT_BYTES)]) {
        const { bytesRead } = await file.read(block, 0, FINGERPRINT_BYTES, position);
        hash.update(block.subarray(0, bytesRead));
      }
      parts.push(hash.digest('hex'));
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // A folder is refused by name when it is unpacked.
    if (code !== 'ENOENT' && code !== 'EISDIR') throw error;
    parts.push('none');
  }
  return JSON.stringify(parts);
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}
