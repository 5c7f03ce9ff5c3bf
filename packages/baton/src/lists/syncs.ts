import type { SyncRun } from '@baton-ts/c1z';
import { SyncOutputSchema } from '@baton-ts/protocol/baton-v1';
import { toProtoJson } from '@baton-ts/protocol/json';
import { create } from '@bufbuild/protobuf';
import type { CommandContext } from '../commands/command.ts';
import { openFile, pickSync } from '../file/open-file.ts';
import type { List } from '../output/list.ts';
import { listPrinter } from '../output/print-list.ts';
import { syncFields, timeCell } from './sync-times.ts';

const syncList: List<SyncRun> = {
  jsonRoot: 'syncs',
  columns: [
    { title: 'ID', cell: (run) => run.syncId },
    { title: 'Started At', cell: (run) => timeCell(run.startedAt) },
    { title: 'Ended At', cell: (run) => timeCell(run.endedAt), placeholder: '-' },
    { title: 'Type', cell: (run) => run.syncType },
    { title: 'Parent ID', cell: (run) => run.parentSyncId },
    { title: 'Token', cell: (run) => run.syncToken },
  ],
  variables: {
    sync: {
      id: (run) => run.syncId,
      type: (run) => run.syncType,
      parent_id: (run) => run.parentSyncId,
      started_at: (run) => syncFields(run).startedAt,
      ended_at: (run) => syncFields(run).endedAt,
      finished: (run) => run.endedAt !== undefined,
    },
  },
  json: (run) => toProtoJson(SyncOutputSchema, create(SyncOutputSchema, syncFields(run))),
};

/** All syncs of the file, unfinished ones too; with `--sync-id` that one. */
export async function listSyncs(context: CommandContext): Promise<undefined> {
  const printer = await listPrinter(context, syncList);
  await using file = await openFile(context);
  const one = context.flags.isSet('sync-id') ? pickSync(file, context.flags) : undefined;
  await printer.print(one === undefined ? file.runs : [one.run]);
}
