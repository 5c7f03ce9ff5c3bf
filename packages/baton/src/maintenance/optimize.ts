import { statSync } from 'node:fs';
import { editC1z } from '@baton-ts/c1z';
import type { CommandContext } from '../commands/command.ts';
import { fileToRewrite } from './file-to-rewrite.ts';
import { requireAllSyncs } from './require-all-syncs.ts';

export async function optimize(context: CommandContext): Promise<undefined> {
  requireAllSyncs(context.flags, 'optimize');
  const path = await fileToRewrite(context);
  const before = statSync(path).size;
  await editC1z(path, (file) => file.db.exec('vacuum'), { signal: context.signal, name: path });
  process.stdout.write(`Optimized ${path}: ${before} bytes before, ${statSync(path).size} now\n`);
}
