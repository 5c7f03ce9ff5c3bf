import { basename } from 'node:path';
import { getAsset, isSea } from 'node:sea';
import { Worker } from 'node:worker_threads';

/**
 * Starts a thread from the file of its entry. A single executable has no such files for its threads: it carries each entry as
 * one script, named after the file.
 *
 * @param heapMb what its objects may take. The lower, the sooner V8 collects what is not needed any more; a thread that needs
 *   more ends with `ERR_WORKER_OUT_OF_MEMORY`. Default: as much as the main thread's.
 */
export function startWorker(entry: URL, workerData: unknown, heapMb?: number): Worker {
  const options = { workerData, resourceLimits: heapMb === undefined ? {} : { maxOldGenerationSizeMb: heapMb } };
  if (!isSea()) return new Worker(entry, options);
  return new Worker(getAsset(`workers/${basename(entry.pathname)}`, 'utf8'), { eval: true, ...options });
}
