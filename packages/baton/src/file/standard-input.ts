import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BatonError, Code } from '@baton-ts/protocol/errors';

/** As much as an unpacked file may hold (`c1z-format.md §1.3`): packed it is smaller, so more is no `.c1z`. */
const MAX_BYTES = 10 * 1024 ** 3;

/** Copies standard input into a private temporary file. Call `remove` when it is no longer needed. */
export async function spoolStandardInput(
  signal: AbortSignal,
): Promise<{ readonly path: string; remove(): Promise<void> }> {
  if (process.stdin.isTTY) {
    throw new BatonError(
      Code.Unknown,
      '-f - reads a .c1z file from standard input, which is a terminal. Pipe one into it',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'baton-stdin-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'stdin.c1z');
  let bytes = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= MAX_BYTES) return done(null, chunk);
      done(new BatonError(Code.ResourceExhausted, `standard input is longer than ${MAX_BYTES} bytes, the limit`));
    },
  });
  try {
    await pipeline(process.stdin, bounded, createWriteStream(path, { mode: 0o600, flags: 'wx' }), { signal });
  } catch (error) {
    await remove();
    signal.throwIfAborted();
    throw BatonError.from(error, 'reading standard input');
  }
  return { path, remove };
}
