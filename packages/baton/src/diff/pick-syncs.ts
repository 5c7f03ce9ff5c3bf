import type { SyncReader } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Flags } from '../cli/flags.ts';
import type { OpenFile } from '../file/open-file.ts';

/** The earlier and the later one of two syncs. */
export interface SyncPair {
  readonly before: SyncReader;
  readonly after: SyncReader;
}

/**
 * Which two syncs are compared: those that are named, else the newest finished full one and the one before it, in the file
 * that `--base-file` names if it is given (`cli.md §C.3`).
 */
export function pickSyncs(file: OpenFile, baseFile: OpenFile | undefined, flags: Flags): SyncPair {
  const applied = flags.optional('applied');
  const syncId = flags.optional('sync-id');
  if (applied !== undefined && syncId !== undefined && applied !== syncId) {
    throw new BatonError(Code.Unknown, '--applied and --sync-id both name the later sync; give one of them');
  }
  const after = named(file, applied ?? syncId) ?? finishedFull(file)[0];
  if (after === undefined)
    throw new BatonError(Code.Unknown, `no syncs found - cannot diff: ${file.name} holds no complete sync`);
  const base = baseFile ?? file;
  const before =
    named(base, flags.optional('base')) ??
    (baseFile === undefined ? syncBefore(file, after) : finishedFull(baseFile)[0]);
  if (before !== undefined) return { before, after };
  const next = baseFile === undefined ? 'Sync again, or name an earlier file with --base-file' : 'Name another file';
  throw new BatonError(
    Code.Unknown,
    `cannot diff single sync run: ${base.name} holds no sync to compare with. ${next}`,
  );
}

/** The finished full sync of the file that came before another one. */
export function syncBefore(file: OpenFile, after: SyncReader): SyncReader | undefined {
  return finishedFull(file).find((sync) => isEarlier(sync, after));
}

function named(file: OpenFile, syncId: string | undefined): SyncReader | undefined {
  if (syncId === undefined) return undefined;
  if (file.runs.some((run) => run.syncId === syncId)) return file.c1z.reader(syncId);
  throw new BatonError(Code.NotFound, `${file.name} has no sync "${syncId}". "baton syncs" lists the syncs it has`);
}

/** The newest first. */
function finishedFull(file: OpenFile): SyncReader[] {
  return file.runs
    .filter((run) => run.syncType === 'full' && run.endedAt !== undefined)
    .sort((a, b) => Number(b.endedAt) - Number(a.endedAt) || (a.syncId < b.syncId ? 1 : -1))
    .flatMap((run) => file.c1z.reader(run.syncId) ?? []);
}

function isEarlier(sync: SyncReader, than: SyncReader): boolean {
  return (
    sync.run.syncId !== than.run.syncId && Number(sync.run.endedAt) <= Number(than.run.endedAt ?? than.run.startedAt)
  );
}
