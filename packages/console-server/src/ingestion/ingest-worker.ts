// The entry of the thread that takes in a file. Threads have databases of their own; see `ingestAside`.
import { parentPort, workerData } from 'node:worker_threads';
import { connectStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { ingest } from './ingest.ts';
import type { FromIngest, IngestOrder, ToIngest } from './ingest-messages.ts';

const { place, upload }: IngestOrder = workerData;
const stopped = new AbortController();
const turn = Promise.withResolvers<void>();
// Stopped while it reads, it waits for no turn.
turn.promise.catch(() => {});
let nowMs = 0;

parentPort?.on('message', (message: ToIngest) => {
  if (message.kind === 'stop') {
    stopped.abort();
    turn.reject(stopped.signal.reason);
  } else {
    nowMs = message.nowMs;
    turn.resolve();
  }
});

const store = connectStore(place);
try {
  const result = await ingest(inTurn(store), {
    ...upload,
    clock: { now: () => nowMs, sleep: async () => {} },
    context: { ...upload.context, signal: stopped.signal },
  });
  tell({ kind: 'done', result });
} catch (error) {
  tell({
    kind: 'failed',
    error: {
      name: error instanceof Error ? error.name : '',
      message: error instanceof Error ? error.message : String(error),
      code: error instanceof Error && 'code' in error ? error.code : undefined,
    },
  });
} finally {
  await store.close();
  parentPort?.close();
}

/** The same, except that its transactions wait until the main thread lets nobody else write. */
function inTurn(real: Store): Store {
  return {
    ...real,
    async transaction(work) {
      tell({ kind: 'ready' });
      await turn.promise;
      return await real.transaction(work);
    },
  };
}

function tell(message: FromIngest): void {
  parentPort?.postMessage(message, []);
}
