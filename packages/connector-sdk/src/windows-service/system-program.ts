import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Environment } from '../cli/settings.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
}

/**
 * Runs a program of Windows itself, by its whole path: a folder of `PATH` could hold another one of that name.
 *
 * @param args never hold a secret: every user of the machine can see them
 */
export async function runSystemProgram(name: string, args: readonly string[], env: Environment): Promise<Ended> {
  const program = join(env['SystemRoot'] ?? 'C:\\Windows', 'System32', name);
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  execFile(program, args, { env, windowsHide: true }, (error, stdout) => {
    if (error === null) return resolve({ code: 0, stdout });
    if (typeof error.code === 'number') return resolve({ code: error.code, stdout });
    reject(new BatonError(Code.Internal, `${program} could not be run: ${error.message}`, { cause: error }));
  });
  return await promise;
}
