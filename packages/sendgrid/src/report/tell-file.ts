import { basename } from 'node:path';
import { type C1zReader, openC1zReader, type SyncReader } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/connector-sdk';
import { readAccount } from './account-picture.ts';
import { compareAccounts } from './changes.ts';
import { tellAccount } from './tell.ts';

const defaultWidth = 100;

/**
 * What the latest sync in a file says about the account, and what changed since the full sync before it.
 * `NotFound` when the file holds no sync.
 */
export async function tellFile(path: string, screen: { colour: boolean; width?: number | undefined }): Promise<string> {
  const file = await openC1zReader(path);
  try {
    const latest = file.reader();
    if (latest === undefined) throw new BatonError(Code.NotFound, `${path} holds no sync; run baton-sendgrid first`);
    const account = readAccount(latest);
    const previous = previousSync(file, latest);
    return tellAccount(account, {
      file: basename(path),
      changes: previous === undefined ? undefined : compareAccounts(readAccount(previous), account),
      colour: screen.colour,
      width: screen.width ?? defaultWidth,
    });
  } finally {
    await file.close();
  }
}

function previousSync(file: C1zReader, latest: SyncReader): SyncReader | undefined {
  const earlier = file
    .runs()
    .filter(
      ({ syncType, endedAt, syncId }) => syncType === 'full' && endedAt !== undefined && syncId !== latest.run.syncId,
    )
    .at(-1);
  return earlier === undefined ? undefined : file.reader(earlier.syncId);
}
