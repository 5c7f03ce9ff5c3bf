import type { SyncReader, SyncStats } from '@baton-ts/c1z';
import { toProtoJson } from '@baton-ts/protocol/json';
import { SyncRunSchema } from '@baton-ts/protocol/reader-v2';
import { create } from '@bufbuild/protobuf';
import type { CommandContext } from '../commands/command.ts';
import { openFile, pickSync } from '../file/open-file.ts';
import { cyan, type Paint, wantsColor } from '../output/color.ts';
import { smallTable } from '../output/console-table.ts';
import { csvLine } from '../output/csv.ts';
import { type Format, outputFormat } from '../output/format.ts';
import { Sink } from '../output/sink.ts';
import { syncFields, timeCell } from './sync-times.ts';

const typeTitles = ['Resource Type', 'Resources', 'Entitlements', 'Grants'] as const;

/** How much one sync holds. Without a sync there is nothing to count, which is said on stderr (`cli.md §C.1`). */
export async function showStats(context: CommandContext): Promise<undefined> {
  const { flags } = context;
  const format = outputFormat(flags);
  await using file = await openFile(context);
  const sync = pickSync(file, flags);
  if (sync === undefined) return;
  const sink = await Sink.open(process.env);
  await sink.write(shown(sync, format, cyan(wantsColor(flags, process.env, process.stdout.isTTY))));
  await sink.end();
}

function shown(sync: SyncReader, format: Format, head: Paint): string {
  const stats = sync.stats();
  switch (format) {
    case 'json':
      return statsJson(sync, stats);
    case 'jsonl':
      return `${statsJson(sync, stats)}\n`;
    case 'csv':
      return [typeTitles, ...typeRows(stats)].map(csvLine).join('');
    case 'console':
      return [
        smallTable(['Field', 'Value'], fieldRows(sync), head),
        smallTable(['Type', 'Count'], countRows(stats), head),
        smallTable(typeTitles, typeRows(stats), head),
      ].join('');
  }
}

function fieldRows({ run }: SyncReader): string[][] {
  return [
    ['Engine', 'sqlite'],
    ['Sync ID', run.syncId],
    ['Sync Type', run.syncType],
    ['Parent Sync ID', run.parentSyncId],
    ['Started At', timeCell(run.startedAt)],
    ['Ended At', timeCell(run.endedAt) || '-'],
    ['Duration', run.endedAt === undefined ? '-' : duration(Number(run.endedAt) - Number(run.startedAt))],
    ['Sync Token', run.syncToken],
  ];
}

/** `1h2m3.4s`, without the parts in front that are zero. */
function duration(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = `${(ms % 60_000) / 1000}s`;
  return (hours > 0 ? `${hours}h` : '') + (hours > 0 || minutes > 0 ? `${minutes}m` : '') + seconds;
}

function countRows(stats: SyncStats): string[][] {
  return [
    ['Resource Types', String(stats.resourceTypes)],
    ['Resources', String(stats.resources)],
    ['Entitlements', String(stats.entitlements)],
    ['Grants', String(stats.grants)],
  ];
}

/** One row for each type that occurs anywhere, by its id. */
function typeRows(stats: SyncStats): string[][] {
  const maps = [stats.resourcesByResourceType, stats.entitlementsByResourceType, stats.grantsByResourceType];
  const types = [...new Set(maps.flatMap((counts) => Object.keys(counts)))].sort();
  return types.map((type) => [type, ...maps.map((counts) => String(counts[type] ?? 0))]);
}

function statsJson(sync: SyncReader, stats: SyncStats): string {
  const run = create(SyncRunSchema, {
    ...syncFields(sync.run),
    stats: {
      resourceTypes: BigInt(stats.resourceTypes),
      resources: BigInt(stats.resources),
      entitlements: BigInt(stats.entitlements),
      grants: BigInt(stats.grants),
      resourcesByResourceType: counted(stats.resourcesByResourceType),
      grantsByResourceType: counted(stats.grantsByResourceType),
      entitlementsByResourceType: counted(stats.entitlementsByResourceType),
    },
  });
  return toProtoJson(SyncRunSchema, run);
}

function counted(counts: Readonly<Record<string, number>>): Record<string, bigint> {
  return Object.fromEntries(Object.entries(counts).map(([type, count]) => [type, BigInt(count)]));
}
