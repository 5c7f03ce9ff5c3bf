import { copyC1z } from '@baton-ts/c1z';
import type { CommandContext } from '../commands/command.ts';
import { requireNewPath } from '../file/new-file.ts';
import { openFile, requireSync } from '../file/open-file.ts';

/** A file with one sync and nothing else. */
export async function exportC1z(context: CommandContext): Promise<undefined> {
  const { flags, signal } = context;
  const out = flags.string('out');
  requireNewPath(out);
  await using file = await openFile(context);
  const { syncId } = requireSync(file, flags).run;
  await using copy = await copyC1z(file.path, { name: file.name, signal });
  copy.file.keepOnly(syncId);
  signal.throwIfAborted();
  await copy.saveAs(out);
}
