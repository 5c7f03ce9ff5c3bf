import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, type Dirent, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface FileFacts {
  readonly sizeBytes: number;
  /** In hex. */
  readonly sha256: string;
}

/** Copies a file, for its owner only, and says what was copied. An existing one is not overwritten. */
export async function copyFile(from: string, to: string): Promise<FileFacts> {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  const { meter, facts } = measure();
  await pipeline(createReadStream(from), meter, createWriteStream(to, { flags: 'wx', mode: 0o600, flush: true }));
  return facts();
}

export async function factsOf(path: string): Promise<FileFacts> {
  const { meter, facts } = measure();
  await pipeline(createReadStream(path), meter.resume());
  return facts();
}

/** All regular files below a folder, as paths inside it with slashes, sorted. Links are not followed. */
export function filesBelow(folder: string): string[] {
  const isFile = (entry: Dirent): boolean => entry.isFile();
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(isFile)
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .toSorted();
}

function measure(): { meter: Transform; facts: () => FileFacts } {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  return { meter, facts: () => ({ sizeBytes, sha256: hash.digest('hex') }) };
}
