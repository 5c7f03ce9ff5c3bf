import {
  closeSync,
  createReadStream,
  createWriteStream,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { openDatabase, SORTING_CACHE_KIB } from './database.ts';
import { MAGIC_V1 } from './envelope.ts';
import type { PackJob } from './jobs.ts';
import { createIndexes } from './schema.ts';

/** 410 MB/s at a ratio of 10.5; level 9 takes five times as long for an eighth less. */
const LEVEL = 3;
const CHUNK_BYTES = 1024 * 1024;

/** Builds the indexes that are missing from a working copy. */
export function buildIndexes(database: string): void {
  const db = openDatabase(database, SORTING_CACHE_KIB);
  try {
    createIndexes(db);
  } finally {
    db.close();
  }
}

/**
 * Packs a working copy that no connection uses: complete, without free pages, in one frame. The new file is on the
 * disk before it takes the name, so that there is a whole file under that name at any moment.
 */
export async function pack(job: PackJob, onProgress: (packedBytes: number) => void): Promise<void> {
  settle(job.database);
  try {
    await writePacked(job, onProgress);
    renameSync(job.temporary, job.target);
  } catch (error) {
    rmSync(job.temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(job.target));
}

/** All indexes, no free page, rollback journal. */
function settle(database: string): void {
  const db = openDatabase(database, SORTING_CACHE_KIB);
  try {
    createIndexes(db);
    const free = db.prepare('pragma freelist_count').get()?.['freelist_count'];
    if (free !== 0) db.exec('vacuum');
    db.exec('pragma journal_mode = delete');
  } finally {
    db.close();
  }
}

async function writePacked(job: PackJob, onProgress: (packedBytes: number) => void): Promise<void> {
  let packedBytes = MAGIC_V1.length;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      packedBytes += chunk.length;
      onProgress(packedBytes);
      done(null, chunk);
    },
  });
  const compress = createZstdCompress({
    chunkSize: CHUNK_BYTES,
    pledgedSrcSize: statSync(job.database).size,
    params: {
      [constants.ZSTD_c_compressionLevel]: LEVEL,
      [constants.ZSTD_c_checksumFlag]: 1,
      [constants.ZSTD_c_contentSizeFlag]: 1,
    },
  });
  // 0644 as the Go tools write it; the umask may take more away. `flush` is an fsync before closing.
  const target = createWriteStream(job.temporary, { flags: 'wx', mode: 0o644, flush: true });
  target.write(MAGIC_V1);
  await pipeline(createReadStream(job.database, { highWaterMark: CHUNK_BYTES }), compress, counted, target);
}

/** Makes the rename durable. Windows lets nobody write a folder to disk; there the rename alone has to do. */
function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  let descriptor: number;
  try {
    descriptor = openSync(directory, 'r');
  } catch {
    return;
  }
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
