import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Flags } from '../cli/flags.ts';

/** For commands that work on the database as it is: to take `--sync-id` and do all syncs would be a surprise. */
export function requireAllSyncs(flags: Flags, command: string): void {
  if (!flags.isSet('sync-id')) return;
  throw new BatonError(
    Code.Unknown,
    `${command} works on the file as a whole and takes no --sync-id. "baton export c1z" makes a file of one sync`,
  );
}
