import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { unpackAlone } from '../grants-file/limit.ts';

/** Decompression without any check of ours. */
export async function decompressAlone(path: string, folder: string): Promise<void> {
  const target = join(folder, 'alone.db');
  await unpackAlone(path, target);
  rmSync(target);
}

/** Decompression, then every row of the tables that are exported and compared, by `node:sqlite` alone. */
export async function readAlone(path: string, folder: string): Promise<number> {
  const target = join(folder, 'alone.db');
  await unpackAlone(path, target);
  const db = new DatabaseSync(target, { readOnly: true });
  let rows = 0;
  for (const table of ['v1_resources', 'v1_entitlements', 'v1_grants']) {
    for (const _ of db.prepare(`select * from ${table} order by id`).iterate()) rows += 1;
  }
  db.close();
  rmSync(target);
  return rows;
}
