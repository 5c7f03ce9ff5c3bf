import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { alreadyExists, fileError } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol/errors';

/** Says at once, before the long work, that a path is taken or that its folder is not there. */
export function requireNewPath(path: string): void {
  requireFolder(path);
  if (existsSync(path)) throw alreadyExists(path);
}

function requireFolder(path: string): void {
  if (path === '') throw new BatonError(Code.Unknown, '--out is empty; name the file to write');
  const folder = statSync(dirname(path), { throwIfNoEntry: false });
  if (folder?.isDirectory()) return;
  throw new BatonError(Code.NotFound, `${path} cannot be written: there is no folder ${dirname(path)}. Make it first`);
}

/** Text is handed to the file in pieces of about this length. */
const CHUNK_CHARACTERS = 256 * 1024;

/**
 * A file that is written beside its place and takes it when it is whole: until then the one of that name stays as it is.
 * Dispose of it on every path; what was not kept is removed.
 */
export class ReplacedFile implements Disposable {
  readonly path: string;
  /** Where it is until `keep`. */
  readonly temporary: string;
  readonly #descriptor: number;
  #pending = '';
  #isDone = false;

  constructor(path: string) {
    requireFolder(path);
    const before = statSync(path, { throwIfNoEntry: false });
    if (before !== undefined && !before.isFile()) {
      const kind = before.isDirectory() ? 'a folder' : 'not a regular file';
      throw new BatonError(Code.InvalidArgument, `${path} is ${kind}; name a file to write`);
    }
    this.path = path;
    this.temporary = `${path}.${process.pid}.tmp`;
    this.#descriptor = this.#try(() => openSync(this.temporary, 'wx', 0o644));
  }

  write(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= CHUNK_CHARACTERS) this.#flush();
  }

  writeBytes(bytes: Uint8Array): void {
    this.#try(() => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
    });
  }

  /** Puts it into its place, once it is on the disk. */
  keep(): void {
    this.#flush();
    this.#try(() => {
      fsyncSync(this.#descriptor);
      closeSync(this.#descriptor);
      this.#isDone = true;
      renameSync(this.temporary, this.path);
    });
  }

  [Symbol.dispose](): void {
    if (!this.#isDone) closeSync(this.#descriptor);
    rmSync(this.temporary, { force: true });
  }

  #flush(): void {
    const text = this.#pending;
    this.#pending = '';
    this.writeBytes(Buffer.from(text));
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw fileError(error, `writing ${this.path}`);
    }
  }
}
