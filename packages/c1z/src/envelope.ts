import { closeSync, openSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdDecompress } from 'node:zlib';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { fileError } from './file-errors.ts';

/** What a `.c1z` of version 1 begins with; one zstd frame with the database follows (`c1z-format.md §1.1`). */
export const MAGIC_V1 = Buffer.from('C1ZF\0', 'latin1');
const MAGIC_V3 = Buffer.from('C1Z3\0', 'latin1');
const SQLITE_MAGIC = Buffer.from('SQLite format 3\0', 'latin1');

/** Limits of what is read, as the Go SDK has them (`c1z-format.md §1.3`); both can be changed by environment. */
const DEFAULT_MAX_DECODED_MB = 10 * 1024;
const DEFAULT_MAX_MEMORY_MB = 128;
/** No database packs better than to a part of ten or, when its rows are all alike, of fifty. What does was made to fill disks. */
const MAX_RATIO = 500;
/** Below this the ratio does not matter: an empty database packs very well. */
const RATIO_FROM_BYTES = 256 * 1024 * 1024;
/** A v3 manifest is at most this long. */
const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;

const READ_CHUNK_BYTES = 1024 * 1024;
/** Larger ones are given back to the operating system and taken anew, which costs half as much again as unpacking. */
const UNPACKED_CHUNK_BYTES = 128 * 1024;

/** Where the header of a database says which journal it uses; 1 is rollback, 2 is WAL (`c1z-format.md §2.1`). */
export const JOURNAL_FLAG_OFFSET = 18;

/**
 * Unpacks a `.c1z` into `target`. Returns false, and writes nothing, when the file is missing or empty.
 * Every other thing that is no `.c1z` of version 1 is a `DataLoss` or `InvalidArgument` that says what it is.
 *
 * @param name what messages call the file
 */
export async function unpack(path: string, target: string, signal?: AbortSignal, name = path): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw fileError(error, `reading ${name}`);
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) {
      const kind = stats.isDirectory() ? 'a folder' : 'not a regular file';
      throw new BatonError(Code.InvalidArgument, `${name} is ${kind}; name a .c1z file`);
    }
    if (stats.size === 0) return false;
    await checkMagic(file, name);
    await decompress(file, { name, target, frameBytes: stats.size - MAGIC_V1.length, signal });
    await checkDatabase(name, target);
    return true;
  } finally {
    await file.close();
  }
}

async function checkMagic(file: FileHandle, name: string): Promise<void> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC_V1.length), 0, MAGIC_V1.length, 0);
  const magic = buffer.subarray(0, bytesRead);
  if (magic.equals(MAGIC_V1)) return;
  if (magic.equals(MAGIC_V3)) {
    throw new BatonError(
      Code.FailedPrecondition,
      `${name} is a v3 container (engine ${await v3Engine(file)}), not supported; sync again with the sqlite storage engine`,
    );
  }
  throw new BatonError(
    Code.InvalidArgument,
    `${name} is not a .c1z file (it does not begin with C1ZF). Name another file, or move this one away`,
  );
}

/** The engine that a v3 manifest names in its field 1, or `unknown`. */
async function v3Engine(file: FileHandle): Promise<string> {
  const header = Buffer.alloc(4 + 2 + 64);
  const { bytesRead } = await file.read(header, 0, header.length, MAGIC_V3.length);
  const manifest = header.subarray(4, bytesRead);
  const length = manifest[1] ?? 0;
  if (bytesRead < 6 || header.readUInt32BE(0) > MAX_MANIFEST_BYTES || manifest[0] !== 0x0a) return 'unknown';
  const name = manifest.subarray(2, 2 + length).toString('latin1');
  return /^[a-z0-9_-]{1,64}$/.test(name) ? name : 'unknown';
}

async function decompress(
  file: FileHandle,
  options: { name: string; target: string; frameBytes: number; signal: AbortSignal | undefined },
): Promise<void> {
  const { name, target, frameBytes, signal } = options;
  const maxDecodedMb = limitMb('BATON_DECODER_MAX_DECODED_SIZE_MB', DEFAULT_MAX_DECODED_MB);
  const maxMemoryMb = limitMb('BATON_DECODER_MAX_MEMORY_MB', DEFAULT_MAX_MEMORY_MB);
  const maxBytes = maxDecodedMb * 1024 * 1024;
  let decodedBytes = 0;
  const database = openSync(target, 'wx', 0o600);
  const written = new Writable({
    highWaterMark: READ_CHUNK_BYTES,
    write(chunk: Buffer, _encoding, done) {
      if (decodedBytes === 0) rollbackJournal(chunk);
      decodedBytes += chunk.length;
      if (decodedBytes > maxBytes) {
        return done(tooLarge(name, `unpacks to more than ${maxDecodedMb} MB`, 'BATON_DECODER_MAX_DECODED_SIZE_MB'));
      }
      if (decodedBytes > RATIO_FROM_BYTES && decodedBytes > frameBytes * MAX_RATIO) {
        const what = `${name} unpacks to more than ${MAX_RATIO} times its size, as no .c1z does. It was not read further`;
        return done(new BatonError(Code.ResourceExhausted, what));
      }
      try {
        // At once: handing each chunk to another thread takes longer than writing it.
        for (let at = 0; at < chunk.length; ) at += writeSync(database, chunk, at);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
  // A window log is a power of two in bytes: 27 for 128 MB.
  const params = {
    [constants.ZSTD_d_windowLogMax]: Math.min(31, Math.max(10, 20 + Math.floor(Math.log2(maxMemoryMb)))),
  };
  const decompressor = createZstdDecompress({ params, chunkSize: UNPACKED_CHUNK_BYTES });
  try {
    await pipeline(
      file.createReadStream({ start: MAGIC_V1.length, highWaterMark: READ_CHUNK_BYTES }),
      decompressor,
      written,
      ...(signal === undefined ? [] : [{ signal }]),
    );
  } catch (error) {
    throw unpackError(error, name, maxMemoryMb);
  } finally {
    closeSync(database);
  }
  // Further frames are read; the decompressor stops without a word at anything else.
  if (decompressor.bytesWritten < frameBytes) {
    throw new BatonError(
      Code.DataLoss,
      `${name} is damaged: something follows its end. Restore it from a copy, or sync into a new file`,
    );
  }
}

/** A file that is flagged as WAL would get side files on opening; its log is already in it. */
function rollbackJournal(firstChunk: Buffer): void {
  for (const offset of [JOURNAL_FLAG_OFFSET, JOURNAL_FLAG_OFFSET + 1]) {
    if (firstChunk[offset] === 2) firstChunk[offset] = 1;
  }
}

function unpackError(error: unknown, name: string, maxMemoryMb: number): BatonError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') {
    return new BatonError(
      Code.DataLoss,
      `${name} is cut off: its end is missing. Restore it from a copy, or sync into a new file`,
      { cause: error },
    );
  }
  if (code === 'ZSTD_error_frameParameter_windowTooLarge') {
    return tooLarge(name, `needs a window of more than ${maxMemoryMb} MB`, 'BATON_DECODER_MAX_MEMORY_MB');
  }
  if (code.startsWith('ZSTD_error')) {
    return new BatonError(
      Code.DataLoss,
      `${name} is damaged: its contents do not match their checksum. Restore it from a copy, or sync into a new file`,
      { cause: error },
    );
  }
  return fileError(error, `unpacking ${name}`);
}

function tooLarge(name: string, what: string, variable: string): BatonError {
  return new BatonError(Code.ResourceExhausted, `${name} ${what}, the limit. Set ${variable} to raise it`);
}

function limitMb(variable: string, otherwise: number): number {
  const text = process.env[variable];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new BatonError(Code.InvalidArgument, `${variable} is “${text}”; it must be a whole number of megabytes`);
}

async function checkDatabase(name: string, target: string): Promise<void> {
  const file = await open(target, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(SQLITE_MAGIC.length), 0, SQLITE_MAGIC.length, 0);
    if (buffer.equals(SQLITE_MAGIC)) return;
  } finally {
    await file.close();
  }
  throw new BatonError(
    Code.DataLoss,
    `${name} holds no SQLite database. Restore it from a copy, or sync into a new file`,
  );
}
