import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Job, JobMessage, JobResults } from './jobs.ts';
import { startWorker } from './start-worker.ts';

/** The worker lies beside this module, in the sources and in a bundle alike. */
const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './pack-worker.ts' : './pack-worker.js', import.meta.url);

export interface RunJobOptions {
  /** Of packing. */
  readonly onProgress?: ((packedBytes: number) => void) | undefined;
  /** Of comparing: the thread has opened its files, so that they may lose their names. */
  readonly onOpened?: (() => void) | undefined;
  /** Ends the thread, wherever it is. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a job off the main thread, which stays free for requests and progress meanwhile. */
export function runJob<Kind extends Job['kind']>(
  job: Extract<Job, { kind: Kind }>,
  { onProgress, onOpened, signal }: RunJobOptions = {},
): Promise<JobResults[Kind]> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const worker = startWorker(workerUrl, job);
    const stop = (): void => void worker.terminate();
    signal?.addEventListener('abort', stop, { once: true });
    worker.on('message', (message: JobMessage<JobResults[Kind]>) => {
      if (message.kind === 'progress') onProgress?.(message.packedBytes);
      else if (message.kind === 'opened') onOpened?.();
      else if (message.kind === 'done') resolve(message.result);
      else reject(asError(message));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      signal?.removeEventListener('abort', stop);
      reject(signal?.aborted ? signal.reason : new Error(`the worker for ${job.kind} ended early with code ${code}`));
    });
  });
}

/** An error loses its class between threads. */
function asError({ name, message, code, errcode }: Extract<JobMessage<never>, { kind: 'failed' }>): Error {
  const known = Object.values(Code).find((one) => one === code);
  if (name === 'BatonError' && known !== undefined) return new BatonError(known, message);
  return Object.assign(new Error(message), { code, errcode });
}
