import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeC1z } from '@baton-ts/c1z';
import type { Logger } from '../logger.ts';
import { passingName, resumableName } from './tasks/sync-file.ts';

/** An interrupted sync is resumed for so long (`c1z-format.md §4.4`). */
const resumableForMs = 7 * 24 * 60 * 60_000;

/**
 * Removes what killed runs of this service left behind and no run can go on with. What another process writes at this
 * moment stays. Call it once, before the first task.
 */
export async function cleanLeftovers(options: {
  readonly stateDir: string;
  readonly tempDir: string | undefined;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}): Promise<void> {
  const { stateDir, tempDir, logger, nowMs } = options;
  const names = await readdir(stateDir);
  const passing = new Set(names.flatMap((name) => passingName.exec(name)?.[0] ?? []));
  const resumable = new Set(names.flatMap((name) => resumableName.exec(name)?.[0] ?? []));
  for (const name of [...passing, ...resumable]) {
    const path = join(stateDir, name);
    if (resumable.has(name) && (await ageMs(path, nowMs)) < resumableForMs) continue;
    try {
      await removeC1z(path, { tempDir });
      logger.info('Removed what an earlier run left behind', { file: path });
    } catch (error) {
      logger.debug('A file of an earlier run stays', { file: path, error });
    }
  }
}

/** A lock without its file, or a file that is gone by now, is of no use to anybody. */
async function ageMs(path: string, nowMs: number): Promise<number> {
  try {
    return nowMs - (await stat(path)).mtimeMs;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
