// The entry of the worker thread: keeps migrating, index building, comparing, clean-up and packing off the main thread.
import { parentPort, workerData } from 'node:worker_threads';
import { compare } from './changes.ts';
import { finishSync } from './finish.ts';
import type { Job, JobMessage, JobResults } from './jobs.ts';
import { migrate } from './migrate.ts';
import { buildIndexes, pack } from './pack.ts';

const job: Job = workerData;

async function run(): Promise<JobResults[Job['kind']]> {
  switch (job.kind) {
    case 'migrate':
      migrate(job.database);
      return undefined;
    case 'compare':
      return compare(job);
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

function tell(message: JobMessage<JobResults[Job['kind']]>): void {
  parentPort?.postMessage(message, []);
}

try {
  tell({ kind: 'done', result: await run() });
} catch (error) {
  tell({
    kind: 'failed',
    message: error instanceof Error ? error.message : String(error),
    code: error instanceof Error && 'code' in error ? error.code : undefined,
    errcode: error instanceof Error && 'errcode' in error ? error.errcode : undefined,
  });
}
