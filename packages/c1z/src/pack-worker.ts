// The entry of the worker thread: keeps index building, clean-up and packing off the main thread.
import { parentPort, workerData } from 'node:worker_threads';
import { finishSync } from './finish.ts';
import type { Job, JobMessage } from './jobs.ts';
import { buildIndexes, pack } from './pack.ts';
import type { SyncStats } from './store.ts';

const job: Job = workerData;

async function run(): Promise<SyncStats | undefined> {
  switch (job.kind) {
    case 'build-indexes':
      buildIndexes(job.database);
      return undefined;
    case 'finish':
      return finishSync(job);
    case 'pack':
      await pack(job, (packedBytes) => tell({ kind: 'progress', packedBytes }));
      return undefined;
  }
}

function tell(message: JobMessage): void {
  parentPort?.postMessage(message, []);
}

try {
  tell({ kind: 'done', stats: await run() });
} catch (error) {
  tell({
    kind: 'failed',
    message: error instanceof Error ? error.message : String(error),
    code: error instanceof Error && 'code' in error ? error.code : undefined,
    errcode: error instanceof Error && 'errcode' in error ? error.errcode : undefined,
  });
}
