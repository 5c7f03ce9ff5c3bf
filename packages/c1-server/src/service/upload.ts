import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BatonServiceUploadAssetRequest } from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Clock } from '../clock.ts';
import type { C1Limits } from '../limits.ts';
import type { TaskQueue } from '../queue/task-queue.ts';
import type { UploadRecord } from '../store/store.ts';
import { checkUploadData, checkUploadEof, checkUploadMetadata } from './rules.ts';

export interface UploadParts {
  readonly queue: TaskQueue;
  readonly clock: Clock;
  readonly limits: C1Limits;
  /** Where files are kept; made when it is missing. */
  readonly uploadsDir: string;
}

type Messages = AsyncIterator<BatonServiceUploadAssetRequest>;

/** A file that is not whole yet. */
const PARTIAL = '.part';

/**
 * Receives one file (`service-protocol.md §8`): metadata, data, eof. It counts only when all of it is on the disk and its
 * checksum is right; until then an earlier file of the same task stays. Whatever ends the upload early leaves nothing.
 */
export async function receiveUpload(
  stream: AsyncIterable<BatonServiceUploadAssetRequest>,
  connectorId: string,
  parts: UploadParts,
  signal: AbortSignal,
): Promise<void> {
  const { queue, uploadsDir, clock } = parts;
  const messages = stream[Symbol.asyncIterator]();
  const next = (): Promise<BatonServiceUploadAssetRequest['msg']> => nextMessage(messages, parts, signal);
  const first = await next();
  if (first.case !== 'metadata') throw outOfOrder('metadata', first.case);
  checkUploadMetadata(first.value);
  const { hostId, taskId } = first.value;
  await queue.checkUpload(connectorId, hostId, taskId);

  await mkdir(uploadsDir, { recursive: true, mode: 0o700 });
  const partial = join(uploadsDir, `${taskId}-${randomBytes(6).toString('hex')}${PARTIAL}`);
  try {
    const received = await writeFile(partial, next, parts.limits.maxUploadBytes);
    const kind = kindOf(received.start);
    const path = join(uploadsDir, `${taskId}-${received.sha256.slice(0, 16)}.${kind === 'log' ? 'log' : 'c1z'}`);
    const isNew = !existsSync(path);
    await rename(partial, path);
    const { sizeBytes, sha256 } = received;
    const upload: UploadRecord = { kind, path, sizeBytes, sha256, receivedAtMs: clock.now() };
    try {
      const replaced = await queue.addUpload(connectorId, hostId, taskId, upload);
      if (replaced !== undefined && replaced.path !== path) await rm(replaced.path, { force: true });
    } catch (error) {
      // The task was lost while the file arrived; the same file of an earlier upload stays.
      if (isNew) await rm(path, { force: true });
      throw error;
    }
  } finally {
    await rm(partial, { force: true });
  }
}

/** Removes what uploads of an earlier process left half done. */
export async function removePartialUploads(uploadsDir: string): Promise<void> {
  await mkdir(uploadsDir, { recursive: true, mode: 0o700 });
  for (const name of await readdir(uploadsDir)) {
    if (name.endsWith(PARTIAL)) await rm(join(uploadsDir, name), { force: true });
  }
}

interface Received {
  readonly sizeBytes: number;
  readonly sha256: string;
  /** The first bytes, enough to tell what the file is. */
  readonly start: Uint8Array;
}

const MAGIC_BYTES = 5;

async function writeFile(
  path: string,
  next: () => Promise<BatonServiceUploadAssetRequest['msg']>,
  maxBytes: number,
): Promise<Received> {
  const hash = createHash('sha256');
  let start = new Uint8Array();
  let sizeBytes = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for (;;) {
      const message = await next();
      if (message.case === 'data') {
        checkUploadData(message.value);
        const { data } = message.value;
        sizeBytes += data.length;
        if (sizeBytes > maxBytes) {
          throw new BatonError(
            Code.ResourceExhausted,
            `The file is larger than the ${maxBytes} bytes that are allowed.`,
          );
        }
        if (start.length < MAGIC_BYTES) start = Uint8Array.from([...start, ...data.subarray(0, MAGIC_BYTES)]);
        hash.update(data);
        await writeAll(file, data);
      } else if (message.case === 'eof') {
        checkUploadEof(message.value);
        const sha256 = hash.digest();
        if (!sha256.equals(message.value.sha256Checksum)) {
          throw new BatonError(
            Code.DataLoss,
            `The file arrived damaged: its checksum is not the one of eof. Send it again.`,
          );
        }
        await file.sync();
        return { sizeBytes, sha256: sha256.toString('hex'), start };
      } else {
        throw outOfOrder('data or eof', message.case);
      }
    }
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, data: Uint8Array): Promise<void> {
  for (let at = 0; at < data.length; ) {
    const { bytesWritten } = await file.write(data, at, data.length - at);
    at += bytesWritten;
  }
}

async function nextMessage(
  messages: Messages,
  { clock, limits }: UploadParts,
  signal: AbortSignal,
): Promise<BatonServiceUploadAssetRequest['msg']> {
  const stop = new AbortController();
  const cut = (): void => stop.abort();
  signal.addEventListener('abort', cut, { once: true });
  try {
    const idle = clock.sleep(limits.uploadIdleMs, stop.signal).then(() => 'idle' as const);
    idle.catch(() => {});
    const result = await Promise.race([messages.next(), idle]);
    if (result === 'idle') {
      throw new BatonError(Code.DeadlineExceeded, `The upload sent nothing for ${limits.uploadIdleMs / 1000} s.`);
    }
    if (result.done === true) {
      throw new BatonError(Code.InvalidArgument, 'msg: the upload ended without an eof. Send the file again.');
    }
    return result.value.msg;
  } finally {
    stop.abort();
    signal.removeEventListener('abort', cut);
  }
}

function outOfOrder(expected: string, got: string | undefined): BatonError {
  return new BatonError(Code.InvalidArgument, `msg: expected ${expected}, got ${got ?? 'nothing'}`);
}

function kindOf(start: Uint8Array): UploadRecord['kind'] {
  const magic = Buffer.from(start.subarray(0, MAGIC_BYTES)).toString('latin1');
  if (magic === 'C1ZF\0') return 'c1z-v1';
  return magic === 'C1Z3\0' ? 'c1z-v3' : 'log';
}
