import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Store } from '../store/store.ts';

/** The file whose data a connector's rows are. */
export interface EarlierFile {
  readonly syncId: string;
  readonly path: string;
}

/**
 * Finds the file that was applied last, for comparing the next one with it. `undefined` when there is none, when it is not kept
 * any more or is not what it was, or when something in it was not as it should be: what was tolerated there is not found by
 * comparing.
 */
export async function earlierFile(store: Store, connectorId: string): Promise<EarlierFile | undefined> {
  const sync = await store.db
    .selectFrom('connectors')
    .innerJoin('syncs', 'syncs.id', 'connectors.applied_sync_id')
    .select(['syncs.id', 'syncs.file_path', 'syncs.file_sha256', 'syncs.warnings'])
    .where('connectors.id', '=', connectorId)
    .where('syncs.connector_id', '=', connectorId)
    .where('syncs.result', 'in', ['APPLIED', 'UNCHANGED'])
    .executeTakeFirst();
  if (sync === undefined || sync.file_path === null || sync.file_sha256 === null) return undefined;
  if (sync.warnings !== '[]') return undefined;
  const path = resolve(store.place.dataDir, sync.file_path);
  return (await sha256Of(path)) === sync.file_sha256.toLowerCase() ? { syncId: sync.id, path } : undefined;
}

async function sha256Of(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}
