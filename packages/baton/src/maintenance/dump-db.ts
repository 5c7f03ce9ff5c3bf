import { renameSync, rmSync } from 'node:fs';
import { fileError, unpackC1z } from '@baton-ts/c1z';
import type { CommandContext } from '../commands/command.ts';
import { requireNewPath } from '../file/new-file.ts';
import { locateFile } from '../file/open-file.ts';
import { requireAllSyncs } from './require-all-syncs.ts';

export async function dumpDb({ flags, signal }: CommandContext): Promise<undefined> {
  requireAllSyncs(flags, 'dump-db');
  const out = flags.string('out');
  requireNewPath(out);
  await using file = await locateFile(flags.string('file'), signal);
  const temporary = `${out}.${process.pid}.tmp`;
  try {
    await unpackC1z(file.path, temporary, { name: file.name, signal });
    requireNewPath(out);
    renameSync(temporary, out);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw fileError(error, `writing ${out}`);
  }
}
