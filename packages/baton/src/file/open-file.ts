import { statSync } from 'node:fs';
import { type C1zReader, openC1zReader, type SyncReader, type SyncRun } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Flags } from '../cli/flags.ts';
import { note } from '../output/note.ts';
import { spoolStandardInput } from './standard-input.ts';

/** A `.c1z` that is open for reading. Dispose of it on every path: its unpacked copy goes with it. */
export interface OpenFile extends AsyncDisposable {
  /** What messages call it: the path that was given, or `standard input`. */
  readonly name: string;
  /** Where the packed bytes are, until the file is disposed of. */
  readonly path: string;
  readonly c1z: C1zReader;
  /** All its syncs, oldest first, unfinished ones too. */
  readonly runs: readonly SyncRun[];
}

/** Standard input, as a path. */
const STANDARD_INPUT = '-';

/** A file that is there, before it is opened. Dispose of it on every path. */
export interface LocatedFile extends AsyncDisposable {
  /** What messages call it: the path that was given, or `standard input`. */
  readonly name: string;
  readonly path: string;
}

/**
 * Finds the file that `-f` names; `-` copies standard input into a temporary one.
 *
 * @throws BatonError when it is missing or empty
 */
export async function locateFile(path: string, signal: AbortSignal): Promise<LocatedFile> {
  const spool = path === STANDARD_INPUT ? await spoolStandardInput(signal) : undefined;
  const located: LocatedFile = {
    name: spool === undefined ? path : 'standard input',
    path: spool?.path ?? path,
    [Symbol.asyncDispose]: async () => spool?.remove(),
  };
  if (!isMissingOrEmpty(located.path)) return located;
  await located[Symbol.asyncDispose]();
  throw nothingThere(located.name);
}

/** Opens the file that `-f` names. */
export function openFile(context: { readonly flags: Flags; readonly signal: AbortSignal }): Promise<OpenFile> {
  return openFileAt(context.flags.string('file'), context.signal);
}

/**
 * Opens a file by its path; `-` is standard input.
 *
 * @throws BatonError that says what is wrong with it: missing, empty, cut off, damaged, foreign, a v3 container
 */
export async function openFileAt(path: string, signal: AbortSignal): Promise<OpenFile> {
  return openLocated(await locateFile(path, signal), signal);
}

/** Opens a file that was located; it is disposed of with the open file, and when opening fails. */
export async function openLocated(located: LocatedFile, signal: AbortSignal): Promise<OpenFile> {
  try {
    const c1z = await openC1zReader(located.path, { name: located.name, signal });
    return {
      name: located.name,
      path: located.path,
      c1z,
      runs: c1z.runs(),
      [Symbol.asyncDispose]: async () => {
        await c1z.close();
        await located[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await located[Symbol.asyncDispose]();
    throw error;
  }
}

function isMissingOrEmpty(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined || (stats.isFile() && stats.size === 0);
}

/** Exit code 2, as scripts know it (`cli.md §C.1`). */
function nothingThere(name: string): BatonError {
  const next =
    name === 'standard input' ? 'Pipe a .c1z file into it' : 'Run a connector first, or name another file with -f';
  return new BatonError(Code.Unknown, `${name} does not exist or is empty. ${next}`);
}

/**
 * The sync to read: the one that `--sync-id` names; else the latest finished full one, the latest finished one of another
 * type, the newest unfinished one of the last 7 days (`c1z-format.md §4.5`, `cli.md §C.1`). What is not a finished full
 * sync is said on stderr. Undefined when the file has none of these.
 */
export function pickSync(file: OpenFile, flags: Flags): SyncReader | undefined {
  return pick(file, flags.optional('sync-id'));
}

/** The same without `--sync-id`, for a second file. */
export function pickLatestSync(file: OpenFile): SyncReader | undefined {
  return pick(file, undefined);
}

function pick(file: OpenFile, wanted: string | undefined): SyncReader | undefined {
  const sync = wanted === undefined ? latestSync(file) : namedSync(file, wanted);
  if (sync === undefined) note(`${file.name} holds no sync that could be shown; "baton syncs" lists what it holds`);
  else if (sync.run.endedAt === undefined) {
    note(`sync ${sync.run.syncId} did not finish: what follows is what it had read until then`);
  } else if (wanted === undefined && sync.run.syncType !== 'full') {
    note(`${file.name} holds no complete sync; this is ${sync.run.syncId}, a sync of type ${sync.run.syncType}`);
  }
  return sync;
}

/**
 * The sync to read, for commands that make something of it.
 *
 * @throws BatonError `FailedPrecondition` when the file has none
 */
export function requireSync(file: OpenFile, flags: Flags): SyncReader {
  const sync = pickSync(file, flags);
  if (sync !== undefined) return sync;
  throw new BatonError(Code.FailedPrecondition, `there is nothing to take from ${file.name}. Sync again first`);
}

function latestSync(file: OpenFile): SyncReader | undefined {
  const finished = file.runs
    .filter((run) => run.endedAt !== undefined)
    .sort((a, b) => Number(b.endedAt) - Number(a.endedAt) || (a.syncId < b.syncId ? 1 : -1));
  return file.c1z.reader((finished.find((run) => run.syncType === 'full') ?? finished[0])?.syncId);
}

function namedSync(file: OpenFile, syncId: string): SyncReader | undefined {
  if (file.runs.some((run) => run.syncId === syncId)) return file.c1z.reader(syncId);
  throw noSuchSync(file.name, syncId);
}

export function noSuchSync(name: string, syncId: string): BatonError {
  return new BatonError(Code.NotFound, `${name} has no sync "${syncId}". "baton syncs" lists the syncs it has`);
}
