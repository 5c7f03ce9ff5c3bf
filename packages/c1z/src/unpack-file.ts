import { statSync } from 'node:fs';
import { unpack } from './envelope.ts';
import { runJob } from './run-job.ts';

/** A thread takes 50 ms to start; a smaller file is unpacked before that. */
const WORTH_A_THREAD_BYTES = 2 * 1024 * 1024;

/** `unpack`, off the main thread where that is worth it. */
export function unpackFile(path: string, target: string, signal?: AbortSignal, name = path): Promise<boolean> {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes < WORTH_A_THREAD_BYTES) return unpack(path, target, signal, name);
  return runJob({ kind: 'unpack', path, target, name }, { signal });
}
