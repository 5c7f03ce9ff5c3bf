import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
