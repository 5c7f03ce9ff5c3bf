import { getHeapStatistics } from 'node:v8';
import { startWorker } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Store } from '../store/store.ts';
import type { IngestResult, Upload } from './ingest.ts';
import type { FromIngest, IngestOrder, ToIngest } from './ingest-messages.ts';

/** The worker lies beside this module, in the sources and in a bundle alike. */
const workerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './ingest-worker.ts' : './ingest-worker.js',
  import.meta.url,
);

/** A million resources, which is the most that is taken, need less. */
const HEAP_MB = 2_000;
const WITHOUT_HEAP = 'ERR_WORKER_OUT_OF_MEMORY';

/**
 * `ingest` in a thread of its own, so that the server goes on answering meanwhile: a large file takes minutes. Others of this
 * process that write to SQLite wait while the file is applied, but not while it is read and checked.
 *
 * @throws as `ingest` does
 */
export async function ingestAside(store: Store, upload: Upload, heapMb = heapLimitMb()): Promise<IngestResult> {
  const { clock, context, ...rest } = upload;
  const { actor, requestId, ip, signal } = context;
  signal.throwIfAborted();
  const order: IngestOrder = { place: store.place, upload: { ...rest, context: { actor, requestId, ip } } };
  const worker = startWorker(workerUrl, order, heapMb);
  const send = (message: ToIngest): void => worker.postMessage(message, []);
  const stop = (): void => send({ kind: 'stop' });
  signal.addEventListener('abort', stop, { once: true });

  const answer = Promise.withResolvers<IngestResult>();
  const ended = Promise.withResolvers<void>();
  const written: Promise<void>[] = [];
  worker.on('message', (message: FromIngest) => {
    if (message.kind === 'ready') {
      written.push(
        store.whileWritersWait(async () => {
          send({ kind: 'write', nowMs: clock.now() });
          await ended.promise;
        }),
      );
    } else if (message.kind === 'done') answer.resolve(message.result);
    else answer.reject(signal.aborted ? signal.reason : asError(message.error));
  });
  worker.on('error', (error) => {
    if (signal.aborted) answer.reject(signal.reason);
    else if (error instanceof Error && 'code' in error && error.code === WITHOUT_HEAP) answer.resolve(tooLarge(heapMb));
    else answer.reject(error);
  });
  worker.on('exit', (code) => {
    ended.resolve();
    answer.reject(new Error(`The thread that takes in a sync ended early with code ${code}.`));
  });
  try {
    return await answer.promise;
  } finally {
    await ended.promise;
    await Promise.all(written);
    signal.removeEventListener('abort', stop);
  }
}

/** Where less memory is there, Node.js gives the main thread less, too. */
function heapLimitMb(): number {
  return Math.min(HEAP_MB, Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20));
}

function tooLarge(heapMb: number): IngestResult {
  const reason = `The uploaded file holds more than can be taken in with ${heapMb} MB of memory. Give the console more, or let the connector read less.`;
  return { result: 'FAILED', counts: null, differences: null, warnings: [], reason };
}

function asError({ name, message, code }: Extract<FromIngest, { kind: 'failed' }>['error']): Error {
  const known = Object.values(Code).find((one) => one === code);
  if (name === 'BatonError' && known !== undefined) return new BatonError(known, message);
  return Object.assign(new Error(message), { code });
}
