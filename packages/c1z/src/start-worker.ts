import { basename } from 'node:path';
import { getAsset, isSea } from 'node:sea';
import { Worker } from 'node:worker_threads';

/**
 * Starts a thread from the file of its entry. A single executable has no such files for its threads: it carries each entry as
 * one script, named after the file.
 */
export function startWorker(entry: URL, workerData: unknown): Worker {
  if (!isSea()) return new Worker(entry, { workerData });
  return new Worker(getAsset(`workers/${basename(entry.pathname)}`, 'utf8'), { eval: true, workerData });
}
