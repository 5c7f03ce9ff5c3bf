import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import {
  type BatonService,
  type BatonServiceUploadAssetRequest,
  BatonServiceUploadAssetRequestSchema,
} from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import type { Clock } from '../http/clock.ts';
import type { Logger } from '../logger.ts';
import { rpcError } from './rpc-error.ts';
import { collectYoungGarbage } from './young-garbage.ts';

/** What the Go client puts into one message; the rule allows twice as much (`service-protocol.md §8`). */
const chunkBytes = 512 * 1024;
/** Chunks, of which the transport makes three copies each on the way. */
const collectEvery = 16;
/** Before each attempt; an upload cannot be resumed. */
const pausesMs = [0, 0, 1_000];
/** A server that takes nothing for so long has gone, even when its connection has not. It checks the file at the end. */
const stalledAfterMs = 5 * 60_000;

export interface UploadOptions {
  readonly client: Client<typeof BatonService>;
  readonly hostId: string;
  readonly taskId: string;
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

interface Asset {
  readonly file: FileHandle;
  readonly bytes: number;
  readonly sha256: Uint8Array;
}

/**
 * Sends a file for a task, up to three times from the beginning (`service-protocol.md §8`). No more of it is in memory
 * than the network has not taken yet.
 *
 * @returns its size in bytes
 * @throws BatonError what the last attempt failed with
 */
export async function uploadFile(options: UploadOptions): Promise<number> {
  const { path, clock, logger, signal } = options;
  const file = await open(path, 'r');
  try {
    const asset = { file, ...(await digest(file, signal)) };
    for (const [failures, pauseMs] of pausesMs.entries()) {
      if (pauseMs > 0) await clock.sleep(pauseMs, signal);
      try {
        await attempt(options, asset);
        return asset.bytes;
      } catch (error) {
        signal.throwIfAborted();
        const reason = rpcError(error, 'UploadAsset', 'the server');
        if (failures === pausesMs.length - 1) throw reason;
        logger.warn('An upload failed and begins again', { task_id: options.taskId, error: reason });
      }
    }
    throw new BatonError(Code.Internal, 'an upload without attempts');
  } finally {
    await file.close();
  }
}

async function digest(file: FileHandle, signal: AbortSignal): Promise<Omit<Asset, 'file'>> {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(chunkBytes);
  let bytes = 0;
  for (;;) {
    signal.throwIfAborted();
    const chunk = await readChunk(file, bytes, buffer);
    if (chunk.length === 0) return { bytes, sha256: hash.digest() };
    hash.update(chunk);
    bytes += chunk.length;
  }
}

async function attempt({ client, hostId, taskId, clock, signal }: UploadOptions, asset: Asset): Promise<void> {
  const over = new AbortController();
  const stalled = new AbortController();
  // New ones for each message would be garbage faster than it is collected. The transport encodes a message, which copies
  // it, before it asks for the next; the second buffer gives it one message more.
  const buffers = [Buffer.alloc(chunkBytes), Buffer.alloc(chunkBytes)] as const;
  let taken = 0;
  async function* parts(): AsyncGenerator<BatonServiceUploadAssetRequest> {
    yield part({ case: 'metadata', value: { hostId, taskId } });
    for (let sent = 0; sent < asset.bytes; ) {
      const data = await readChunk(asset.file, sent, buffers[taken % 2 === 0 ? 0 : 1]);
      if (data.length === 0) throw new BatonError(Code.Internal, 'the file was cut while it was being uploaded');
      sent += data.length;
      taken += 1;
      if (taken % collectEvery === 0) collectYoungGarbage();
      yield part({ case: 'data', value: { data } });
    }
    taken += 1;
    yield part({ case: 'eof', value: { sha256Checksum: asset.sha256 } });
  }
  const watch = async (): Promise<void> => {
    for (let before = -1; before !== taken; ) {
      before = taken;
      await clock.sleep(stalledAfterMs, over.signal);
    }
    stalled.abort(new BatonError(Code.DeadlineExceeded, 'the server stopped taking the upload'));
  };
  const watching = watch().catch(() => {});
  try {
    await client.uploadAsset(parts(), { signal: AbortSignal.any([signal, stalled.signal]) });
  } catch (error) {
    stalled.signal.throwIfAborted();
    throw error;
  } finally {
    over.abort();
    await watching;
  }
}

/** Fills the buffer from there on; less only at the end of the file. */
async function readChunk(file: FileHandle, position: number, buffer: Buffer<ArrayBuffer>) {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function part(
  msg: NonNullable<MessageInitShape<typeof BatonServiceUploadAssetRequestSchema>['msg']>,
): BatonServiceUploadAssetRequest {
  return create(BatonServiceUploadAssetRequestSchema, { msg });
}
