// The entry of the worker thread: keeps unpacking, migrating, index building, comparing, clean-up and packing off the
// main thread. Each job loads what it needs, so that unpacking begins at once.
import { parentPort, workerData } from 'node:worker_threads';
import type { Job, JobMessage, JobResults } from './jobs.ts';

const job: Job = workerData;

async function run(): Promise<JobResults[Job['kind']]> {
  switch (job.kind) {
    case 'unpack':
      return (await import('./envelope.ts')).unpack(job.path, job.target, undefined, job.name);
    case 'migrate':
      (await import('./migrate.ts')).migrate(job.database);
      return undefined;
    case 'compare':
      return (await import('./changes.ts')).compare(job);
    case 'compare-grants': {
      const { compareRowsAside } = await import('./verify/compare-rows.ts');
      return compareRowsAside(job, () => tell({ kind: 'opened' }));
    }
    case 'build-indexes':
      (await import('./pack.ts')).buildIndexes(job.database);
      return undefined;
    case 'finish':
      return (await import('./finish.ts')).finishSync(job);
    case 'pack':
      await (await import('./pack.ts')).pack(job, (packedBytes) => tell({ kind: 'progress', packedBytes }));
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
    name: error instanceof Error ? error.name : '',
    message: error instanceof Error ? error.message : String(error),
    code: error instanceof Error && 'code' in error ? error.code : undefined,
    errcode: error instanceof Error && 'errcode' in error ? error.errcode : undefined,
  });
}
