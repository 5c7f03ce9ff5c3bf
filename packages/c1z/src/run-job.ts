import { Worker } from 'node:worker_threads';
import type { Job, JobMessage } from './jobs.ts';
import type { SyncStats } from './store.ts';

/** The worker lies beside this module, in the sources and in a bundle alike. */
const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './pack-worker.ts' : './pack-worker.js', import.meta.url);

/** Runs a job off the main thread, which stays free for requests and progress meanwhile. */
export function runJob(job: Job, onProgress?: (packedBytes: number) => void): Promise<SyncStats | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl, { workerData: job });
    worker.on('message', (message: JobMessage) => {
      if (message.kind === 'progress') onProgress?.(message.packedBytes);
      else if (message.kind === 'done') resolve(message.stats);
      else reject(Object.assign(new Error(message.message), { code: message.code, errcode: message.errcode }));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`the worker for ${job.kind} ended early with code ${code}`)));
  });
}
