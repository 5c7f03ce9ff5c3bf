import { Worker } from 'node:worker_threads';
import type { Job, JobMessage, JobResults } from './jobs.ts';

/** The worker lies beside this module, in the sources and in a bundle alike. */
const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './pack-worker.ts' : './pack-worker.js', import.meta.url);

/** Runs a job off the main thread, which stays free for requests and progress meanwhile. */
export function runJob<Kind extends Job['kind']>(
  job: Extract<Job, { kind: Kind }>,
  onProgress?: (packedBytes: number) => void,
): Promise<JobResults[Kind]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl, { workerData: job });
    worker.on('message', (message: JobMessage<JobResults[Kind]>) => {
      if (message.kind === 'progress') onProgress?.(message.packedBytes);
      else if (message.kind === 'done') resolve(message.result);
      else reject(Object.assign(new Error(message.message), { code: message.code, errcode: message.errcode }));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`the worker for ${job.kind} ended early with code ${code}`)));
  });
}
