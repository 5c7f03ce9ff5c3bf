import { copyC1z, rollbackExpansion } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Flags } from '../cli/flags.ts';
import type { CommandContext } from '../commands/command.ts';
import { requireNewPath } from '../file/new-file.ts';
import { openFile, requireSync } from '../file/open-file.ts';

/** Writes a copy of the file in which one sync is as it was before its grants were expanded. */
export async function rollbackFile(context: CommandContext): Promise<undefined> {
  const { flags, signal } = context;
  const isDryRun = flags.bool('dry-run');
  const out = flags.string('out');
  checkFlags(flags, isDryRun);
  if (!isDryRun) requireNewPath(out);

  await using file = await openFile(context);
  const { syncId } = requireSync(file, flags).run;
  await using copy = await copyC1z(file.path, { name: file.name, signal });
  const { removed, restored, suspect, left } = rollbackExpansion(copy.file, syncId, {
    preserveSuspects: flags.bool('preserve-suspect-grants'),
  });
  signal.throwIfAborted();
  if (!isDryRun) await copy.saveAs(out);
  const kept = flags.bool('preserve-suspect-grants') ? 'preserved' : 'removed too';
  process.stdout.write(
    `${isDryRun ? `Would write a copy of ${file.name}` : `Wrote ${out}`}: sync ${syncId}, ${removed} inherited grants removed, ` +
      `${restored} grants without their added sources, ${suspect} suspect grants ${kept}, ${left} grants left\n`,
  );
}

function checkFlags(flags: Flags, isDryRun: boolean): void {
  if (flags.bool('validate') && !flags.bool('replay')) {
    throw new BatonError(
      Code.Unknown,
      '--validate needs --replay: it compares what expansion gives anew with the file',
    );
  }
  if (flags.bool('replay')) {
    throw new BatonError(
      Code.Unimplemented,
      '--replay is not offered: grants are expanded by a connector during its sync. Without --replay the copy is written',
    );
  }
  if (flags.string('out') === '' && !isDryRun) {
    throw new BatonError(Code.Unknown, 'rollback-expansion needs --out, the file to write, or --dry-run');
  }
}
