import { randomUUID } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { fileError } from './file-errors.ts';

/** What a lock file says about the process that holds it. */
interface Holder {
  readonly pid: number;
  /** When the process started, in the kernel's ticks, where the platform tells; a pid is used again, a start is not. */
  readonly processStart: string | undefined;
  readonly host: string;
  readonly program: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** Names this very lock. */
  readonly nonce: string;
}

/** A takeover of a takeover of a takeover …: more than this many dead takers in a row is something else. */
const MAX_TAKEOVER_DEPTH = 8;

/**
 * Holds `<path>.lock`. A second writer is refused with `FailedPrecondition` that names the holder; the lock of a dead
 * process on this host is taken over.
 */
export class FileLock {
  readonly #lockPath: string;
  readonly #nonce: string;

  private constructor(lockPath: string, nonce: string) {
    this.#lockPath = lockPath;
    this.#nonce = nonce;
  }

  static acquire(path: string): FileLock {
    const lockPath = `${path}.lock`;
    const me: Holder = {
      pid: process.pid,
      processStart: processStart(process.pid),
      host: hostname(),
      program: basename(process.argv[1] ?? process.execPath),
      since: new Date().toISOString(),
      nonce: randomUUID(),
    };
    // Written aside and linked, so that nobody ever reads half a lock.
    const mine = `${lockPath}.${me.nonce}`;
    try {
      writeFileSync(mine, JSON.stringify(me), { flag: 'wx', mode: 0o644 });
      take(path, mine, lockPath, 0);
    } catch (error) {
      throw fileError(error, `locking ${path}`);
    } finally {
      rmSync(mine, { force: true });
    }
    return new FileLock(lockPath, me.nonce);
  }

  release(): void {
    if (readHolder(this.#lockPath)?.nonce === this.#nonce) rmSync(this.#lockPath, { force: true });
  }
}

/**
 * Links `mine` to `target`. When a dead process holds it, the right to replace that one lock is itself taken as a
 * lock, named after it: of two takers exactly one gets it, and nobody else may touch a lock whose holder is dead.
 */
function take(path: string, mine: string, target: string, depth: number): void {
  for (;;) {
    if (link(mine, target)) return;
    const holder = readHolder(target);
    if (holder === undefined) continue;
    if (isAlive(holder) || depth === MAX_TAKEOVER_DEPTH) throw heldBy(path, target, holder);
    const claim = `${target}.${holder.nonce}`;
    take(path, mine, claim, depth + 1);
    if (readHolder(target)?.nonce === holder.nonce) {
      renameSync(claim, target);
      return;
    }
    // Somebody replaced it between our look and our claim: look again.
    rmSync(claim, { force: true });
  }
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (isHolder(parsed)) return parsed;
  } catch {
    // Told below: it is no lock of ours.
  }
  throw new BatonError(
    Code.FailedPrecondition,
    `${path} exists and is no lock that this program wrote. Remove it if nothing is writing the file`,
  );
}

function isHolder(value: unknown): value is Holder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'host' in value &&
    typeof value.host === 'string' &&
    'program' in value &&
    typeof value.program === 'string' &&
    'since' in value &&
    typeof value.since === 'string' &&
    'nonce' in value &&
    typeof value.nonce === 'string'
  );
}

/** What takers of the lock left beside it when they were killed. */
export function removeLockLeftovers(path: string): void {
  const prefix = `${basename(path)}.lock.`;
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(prefix)) continue;
    const leftover = join(dirname(path), name);
    try {
      const holder = readHolder(leftover);
      if (holder !== undefined && !isAlive(holder)) rmSync(leftover, { force: true });
    } catch {
      // Half written, or no file of ours: it is in nobody's way.
    }
  }
}

/** Whether the holder may still run. On another host nobody can tell, so it counts as running. */
function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  if (!pidExists(holder.pid)) return false;
  const start = processStart(holder.pid);
  return start === undefined || holder.processStart === undefined || start === holder.processStart;
}

export function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Field 22 of `/proc/<pid>/stat`; the name in field 2 may hold spaces, so counting begins behind its bracket. */
function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function heldBy(path: string, lockPath: string, holder: Holder): BatonError {
  const elsewhere =
    holder.host === hostname() ? '' : ` on the host ${holder.host}. If it no longer runs there, remove ${lockPath}`;
  return new BatonError(
    Code.FailedPrecondition,
    `${path} is being written by ${holder.program} (process ${holder.pid}) since ${holder.since}${elsewhere}`,
  );
}
