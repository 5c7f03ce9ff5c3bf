import type { Connector } from '../../connector.ts';
import { silentLogger } from '../../logger.ts';
import type { SyncOptions, SyncResult } from '../options.ts';
import { type FileContent, readC1z, syncInto, withC1z } from './c1z-files.ts';

interface Run {
  readonly result: SyncResult;
  /** The milliseconds it waited before it asked again. */
  readonly waits: readonly number[];
  readonly file: FileContent;
}

/** Syncs into a file, on a clock whose waits are over at once, and reads what is in it. */
export async function runInto(path: string, connector: Connector, options: SyncOptions = {}): Promise<Run> {
  let nowMs = 0;
  const waits: number[] = [];
  const clock = {
    now: () => nowMs,
    sleep: async (ms: number) => {
      waits.push(ms);
      nowMs += ms;
    },
  };
  const { signal } = new AbortController();
  const result = await syncInto(path, { connector, logger: silentLogger, signal, options, clock });
  return { result, waits, file: await readC1z(path) };
}

/** The same into a file of its own. */
export function run(connector: Connector, options?: SyncOptions): Promise<Run> {
  return withC1z((path) => runInto(path, connector, options));
}

export const rowsOf = ({ resources, entitlements, grants }: FileContent) => ({ resources, entitlements, grants });
