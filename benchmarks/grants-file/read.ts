import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openC1zReader } from '@baton-ts/c1z';
import { unpackAlone } from './limit.ts';
import { timeAsync } from './usage.ts';

const repeats = 3;

export interface ReadFigures {
  readonly rows: number;
  readonly openAndReadMs: number;
  readonly decompressMs: number;
}

/** Opens the file and reads all grants of one entitlement; beside it, decompression alone. The best of three each. */
export async function readRun(folder: string): Promise<ReadFigures> {
  const path = join(folder, 'sync.c1z');
  let rows = 0;
  const reading: number[] = [];
  const decompressing: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const alone = join(folder, 'alone.db');
    decompressing.push((await timeAsync(() => unpackAlone(path, alone))).ms);
    rmSync(alone);
    const startedAt = performance.now();
    const file = await openC1zReader(path, { tempDir: folder });
    const sync = file.reader();
    const entitlementId = sync?.entitlements({ limit: 1 }).rows[0]?.id ?? '';
    rows = 0;
    for (let cursor: number | undefined = 0; sync !== undefined && cursor !== undefined; ) {
      const page = sync.grants({ entitlementId, cursor });
      rows += page.rows.length;
      cursor = page.next;
    }
    reading.push(performance.now() - startedAt);
    await file.close();
  }
  return { rows, openAndReadMs: Math.min(...reading), decompressMs: Math.min(...decompressing) };
}
