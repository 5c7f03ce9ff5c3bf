import { copyC1z, rollbackExpansion } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Flags } from '../cli/flags.ts';
import type { CommandContext } from '../commands/command.ts';
import { requireNewPath } from '../file/new-file.ts';
import { openFile, requireSync } from '../file/open-file.ts';
import { notAsBefore, replayExpansion } from './replay.ts';

/** Ids that a message names. */
const MAX_SHOWN = 5;

/** Writes a copy of the file in which one sync is as it was before its grants were expanded. */
export async function rollbackFile(context: CommandContext): Promise<undefined> {
  const { flags, signal } = context;
  const isDryRun = flags.bool('dry-run');
  const out = flags.string('out');
  checkFlags(flags, isDryRun);
  if (!isDryRun) requireNewPath(out);

  await using file = await openFile(context);
  const before = requireSync(file, flags);
  const { syncId } = before.run;
  await using copy = await copyC1z(file.path, { name: file.name, signal });
  const { removed, restored, suspect, left } = rollbackExpansion(copy.file, syncId, {
    preserveSuspects: flags.bool('preserve-suspect-grants'),
  });
  const kept = flags.bool('preserve-suspect-grants') ? 'preserved' : 'removed too';
  let summary =
    `sync ${syncId}, ${removed} inherited grants removed, ${restored} grants without their added sources, ` +
    `${suspect} suspect grants ${kept}, ${left} grants left`;
  if (flags.bool('replay')) {
    const sync = copy.file.writer(before.run);
    const written = await replayExpansion(sync, signal);
    copy.file.recalculateStats(syncId);
    summary += `, then ${written} grants written by expanding again`;
    if (flags.bool('validate')) {
      requireNone(notAsBefore(before, sync), file.name);
      summary += ', as they were before';
    }
  }
  signal.throwIfAborted();
  if (!isDryRun) await copy.saveAs(out);
  process.stdout.write(`${isDryRun ? `Would write a copy of ${file.name}` : `Wrote ${out}`}: ${summary}\n`);
}

/** @throws BatonError when expansion gives something else now; nothing is written then */
function requireNone(ids: Iterable<string>, name: string): void {
  const shown: string[] = [];
  let count = 0;
  for (const id of ids) {
    count += 1;
    if (count <= MAX_SHOWN) shown.push(id);
  }
  if (count === 0) return;
  throw new BatonError(
    Code.FailedPrecondition,
    `expanding again does not give what ${name} holds: ${count} grants differ, for example ${shown.join(', ')}. Nothing is written`,
  );
}

function checkFlags(flags: Flags, isDryRun: boolean): void {
  if (flags.bool('validate') && !flags.bool('replay')) {
    throw new BatonError(
      Code.Unknown,
      '--validate needs --replay: it compares what expansion gives anew with the file',
    );
  }
  if (flags.string('out') === '' && !isDryRun) {
    throw new BatonError(Code.Unknown, 'rollback-expansion needs --out, the file to write, or --dry-run');
  }
}
