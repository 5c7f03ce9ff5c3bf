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

/**
 * `ingest` in a thread of its own, so that the server goes on answering meanwhile: a large file takes minutes. Others of this
 * process that write to SQLite wait while the file is applied, but not while it is read and checked.
 *
 * @throws as `ingest` does
 */
export async function ingestAside(store: Store, upload: Upload): Promise<IngestResult> {
  const { clock, context, ...rest } = upload;
  const { actor, requestId, ip, signal } = context;
  signal.throwIfAborted();
  const order: IngestOrder = { place: store.place, upload: { ...rest, context: { actor, requestId, ip } } };
  const worker = startWorker(workerUrl, order);
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
  worker.on('error', (error) => answer.reject(signal.aborted ? signal.reason : error));
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

function asError({ name, message, code }: Extract<FromIngest, { kind: 'failed' }>['error']): Error {
  const known = Object.values(Code).find((one) => one === code);
  if (name === 'BatonError' && known !== undefined) return new BatonError(known, message);
  return Object.assign(new Error(message), { code });
}
