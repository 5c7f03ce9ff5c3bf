import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';
import { BatonError, Code } from '@baton-ts/protocol/errors';

const PROGRAM = join('node_modules', 'baton-sendgrid', 'bin', 'baton-sendgrid.mjs');

/** Where `baton-sendgrid` is installed: in the nearest `node_modules` above the console. */
export function findHostedProgram(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    const path = join(folder, PROGRAM);
    if (existsSync(path)) return path;
    if (folder !== dirname(folder)) continue;
    throw new BatonError(
      Code.FailedPrecondition,
      'baton-sendgrid is not installed beside the console. Install both again.',
    );
  }
}

/** The first word that makes the single executable of the console be the connector inside it. */
export const CONNECTOR_WORD = '_connector';

/**
 * How the connector is started, with this process's own Node.js.
 *
 * @param bin what `findHostedProgram` gave
 * @param nodeOptions for Node.js; without spaces
 */
export function hostedCommand(bin: string, nodeOptions: readonly string[] = []) {
  return {
    args: isSea() ? [CONNECTOR_WORD] : [bin],
    env: nodeOptions.length === 0 ? {} : { NODE_OPTIONS: nodeOptions.join(' ') },
  };
}
