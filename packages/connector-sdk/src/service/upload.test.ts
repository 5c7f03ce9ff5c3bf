import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type ServerHttp2Session } from 'node:http2';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import {
  BatonService,
  type BatonServiceUploadAssetRequest,
  type BatonServiceUploadAssetResponse,
  BatonServiceUploadAssetResponseSchema,
} from '@baton-ts/protocol/connectorapi-v1';
import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { connectNodeAdapter, createGrpcTransport } from '@connectrpc/connect-node';
import { silentLogger } from '../logger.ts';
import { tempFolder } from './testing/c1.ts';
import { uploadFile } from './upload.ts';

type Parts = AsyncIterable<BatonServiceUploadAssetRequest>;

interface Received {
  readonly hostId: string;
  readonly taskId: string;
  readonly sizes: readonly number[];
  readonly content: Buffer;
}

/** A server that does with the uploads what a test says, in turn, and a way to upload to it. */
async function uploading(t: TestContext, bytes: number, turns: ((parts: Parts, cut: () => void) => Promise<void>)[]) {
  const sessions = new Set<ServerHttp2Session>();
  let attempts = 0;
  const server = createServer(
    connectNodeAdapter({
      routes: ({ service }) => {
        service(BatonService, {
          async uploadAsset(parts): Promise<BatonServiceUploadAssetResponse> {
            const turn = turns[Math.min(attempts, turns.length - 1)];
            attempts += 1;
            await turn?.(parts, () => {
              for (const session of sessions) session.destroy();
            });
            return create(BatonServiceUploadAssetResponseSchema);
          },
        });
      },
    }),
  );
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address);
  const path = join(tempFolder(t), 'file');
  const content = Buffer.alloc(bytes, 'a line that no piece ends with, ');
  writeFileSync(path, content);
  const waitsMs: number[] = [];
  const clock = {
    nowMs: () => 0,
    wallMs: () => 0,
    /** The pauses are over at once; what watches for a stalled upload never ends by itself. */
    sleep: async (ms: number, signal: AbortSignal) => {
      waitsMs.push(ms);
      await turnOfLoop();
      if (ms < 60_000) return;
      const stopped = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => stopped.reject(signal.reason));
      await stopped.promise;
    },
  };
  const upload = (signal = new AbortController().signal, ownClock = clock) =>
    uploadFile({
      client: createClient(BatonService, createGrpcTransport({ baseUrl: `http://127.0.0.1:${address.port}` })),
      hostId: 'host',
      taskId: 'task',
      path,
      clock: ownClock,
      logger: silentLogger,
      signal,
    });
  return { content, upload, clock, pausesMs: () => waitsMs.filter((ms) => ms < 60_000), attempts: () => attempts };
}

/** Takes an upload as the protocol prescribes. */
async function take(parts: Parts): Promise<Received> {
  const chunks: Uint8Array[] = [];
  let ids = { hostId: '', taskId: '' };
  for await (const { msg } of parts) {
    if (msg.case === 'metadata') ids = msg.value;
    else if (msg.case === 'data') chunks.push(msg.value.data);
    else {
      assert.deepEqual(
        Buffer.from(msg.value?.sha256Checksum ?? []),
        createHash('sha256').update(Buffer.concat(chunks)).digest(),
      );
    }
  }
  return { ...ids, sizes: chunks.map(({ length }) => length), content: Buffer.concat(chunks) };
}

const chunk = 512 * 1024;

test('a file arrives whole, in pieces of 512 KiB, with its checksum', async (t) => {
  let received: Received | undefined;
  const { upload, content } = await uploading(t, 2 * chunk + 5, [
    async (parts) => {
      received = await take(parts);
    },
  ]);
  assert.equal(await upload(), content.length);
  assert.deepEqual(received?.sizes, [chunk, chunk, 5]);
  assert.ok(received.content.equals(content));
  assert.deepEqual([received.hostId, received.taskId], ['host', 'task']);
});

test('an empty file has no pieces', async (t) => {
  let received: Received | undefined;
  const { upload } = await uploading(t, 0, [
    async (parts) => {
      received = await take(parts);
    },
  ]);
  await upload();
  assert.deepEqual(received?.sizes, []);
});

test('a checksum that the server finds wrong is tried again from the beginning, at once and after a second', async (t) => {
  let received: Received | undefined;
  const damaged = async (parts: Parts): Promise<void> => {
    await take(parts);
    throw new ConnectError('the checksum is wrong', Code.DataLoss);
  };
  const uploads = await uploading(t, chunk + 1, [
    damaged,
    damaged,
    async (parts) => {
      received = await take(parts);
    },
  ]);
  await uploads.upload();
  assert.ok(received?.content.equals(uploads.content));
  assert.deepEqual(uploads.pausesMs(), [1_000]);
});

test('a stream that is cut begins again on a new connection', async (t) => {
  let received: Received | undefined;
  const uploads = await uploading(t, 4 * chunk, [
    async (parts, cut) => {
      let pieces = 0;
      for await (const { msg } of parts) {
        pieces += msg.case === 'data' ? 1 : 0;
        if (pieces === 2) return cut();
      }
    },
    async (parts) => {
      received = await take(parts);
    },
  ]);
  await uploads.upload();
  assert.ok(received?.content.equals(uploads.content));
});

test('a server that refuses before it has read the file is understood', async (t) => {
  const uploads = await uploading(t, 40 * chunk, [
    async () => {
      throw new ConnectError('no such task', Code.NotFound);
    },
  ]);
  await assert.rejects(uploads.upload(), { name: 'BatonError', code: Code.NotFound, message: /no such task/ });
  assert.equal(uploads.attempts(), 3);
});

test('an upload that is stopped ends at once, and is not tried again', async (t) => {
  const stop = new AbortController();
  const uploads = await uploading(t, 8 * chunk, [
    async (parts) => {
      for await (const { msg } of parts) if (msg.case === 'data') stop.abort(new Error('stopping'));
    },
  ]);
  await assert.rejects(uploads.upload(stop.signal), { message: 'stopping' });
  assert.equal(uploads.attempts(), 1);
});

test('a server that takes nothing any more is given up', async (t) => {
  const stuck = Promise.withResolvers<void>();
  t.after(() => stuck.resolve());
  const uploads = await uploading(t, 40 * chunk, [() => stuck.promise]);
  let looks = 0;
  const clock = {
    ...uploads.clock,
    // Minutes pass as soon as the network has taken what it can.
    sleep: async () => {
      for (let turn = 0; turn < 200; turn++) await turnOfLoop();
      looks += 1;
    },
  };
  await assert.rejects(uploads.upload(undefined, clock), { code: Code.DeadlineExceeded, message: /stopped taking/ });
  assert.ok(looks >= 2);
});
