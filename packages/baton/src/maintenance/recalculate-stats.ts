import { editC1z } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { CommandContext } from '../commands/command.ts';
import { noSuchSync } from '../file/open-file.ts';
import { fileToRewrite } from './file-to-rewrite.ts';

/** Stores the counts of each finished sync anew, one line for each. */
export async function recalculateStats(context: CommandContext): Promise<undefined> {
  const { flags, signal } = context;
  const path = await fileToRewrite(context);
  const wanted = flags.optional('sync-id');
  const counted = await editC1z(
    path,
    (file) => {
      const runs = file.runs().filter((run) => wanted === undefined || run.syncId === wanted);
      const finished = runs.filter((run) => run.endedAt !== undefined).map((run) => run.syncId);
      if (wanted !== undefined && finished.length === 0) throw nothingToCount(path, wanted, runs.length > 0);
      for (const syncId of finished) file.recalculateStats(syncId);
      return finished;
    },
    { signal, name: path },
  );
  for (const syncId of counted) process.stdout.write(`Recalculated the stats of sync ${syncId}\n`);
  if (counted.length === 0) process.stdout.write(`${path} holds no finished sync: there is nothing to count\n`);
}

function nothingToCount(path: string, syncId: string, exists: boolean): BatonError {
  return exists
    ? new BatonError(Code.FailedPrecondition, `sync ${syncId} did not finish; only finished syncs have stats`)
    : noSuchSync(path, syncId);
}
