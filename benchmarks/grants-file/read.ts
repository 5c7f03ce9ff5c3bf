import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openC1zReader, type SyncReader } from '@baton-ts/c1z';
import { unpackAlone } from './limit.ts';
import { type Span, timeAsync } from './usage.ts';

const repeats = 3;

export interface ReadFigures {
  readonly rows: number;
  readonly openAndRead: Span;
  readonly decompress: Span;
}

/** Opens the file and reads all grants of one entitlement; beside it, decompression alone. The best of three each. */
export async function readRun(folder: string): Promise<ReadFigures> {
  const path = join(folder, 'sync.c1z');
  let rows = 0;
  const reading: Span[] = [];
  const decompressing: Span[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const alone = join(folder, 'alone.db');
    decompressing.push(await timeAsync(() => unpackAlone(path, alone)));
    rmSync(alone);
    reading.push(
      await timeAsync(async () => {
        const file = await openC1zReader(path, { tempDir: folder });
        rows = countGrants(file.reader());
        await file.close();
      }),
    );
  }
  return { rows, openAndRead: best(reading), decompress: best(decompressing) };
}

function countGrants(sync: SyncReader | undefined): number {
  const entitlementId = sync?.entitlements({ limit: 1 }).rows[0]?.id ?? '';
  let rows = 0;
  for (let cursor: number | undefined = 0; sync !== undefined && cursor !== undefined; ) {
    const page = sync.grants({ entitlementId, cursor });
    rows += page.rows.length;
    cursor = page.next;
  }
  return rows;
}

function best(spans: readonly Span[]): Span {
  return { ms: Math.min(...spans.map(({ ms }) => ms)), cpuMs: Math.min(...spans.map(({ cpuMs }) => cpuMs)) };
}
