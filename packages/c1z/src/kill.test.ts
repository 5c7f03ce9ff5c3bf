import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { randomNumbers } from '@baton-ts/protocol/testing/random-numbers';
import { inside, scratch } from './testing.ts';

const KILLS = 50;
const CHILD = join(import.meta.dirname, 'kill-child.ts');

/** Runs the writer; kills it that long after it started. Returns what it said. */
function run(
  path: string,
  tempDir: string,
  killAfterMs?: number,
): Promise<{ said: string; killed: boolean; ms: number }> {
  const child = spawn(process.execPath, ['--conditions=x-source', CHILD, path, tempDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  let startedAt = performance.now();
  child.stdout.on('data', (data) => {
    if (said === '') {
      startedAt = performance.now();
      if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    }
    said += String(data);
  });
  return new Promise((resolve) =>
    child.once('close', (_code, signal) =>
      resolve({ said, killed: signal === 'SIGKILL', ms: performance.now() - startedAt }),
    ),
  );
}

/** The rows of the newest sync without what differs between any two runs: ids and times. */
function rows(t: Parameters<typeof inside>[0], path: string): unknown[] {
  const db = inside(t, path);
  const run = db.prepare('select * from v1_sync_runs order by id desc limit 1').get();
  assert.notEqual(run?.['ended_at'], null);
  return ['v1_resource_types', 'v1_resources', 'v1_entitlements', 'v1_grants'].map((table) =>
    db
      .prepare(`select * from ${table} where sync_id = ? order by external_id`)
      .all(String(run?.['sync_id']))
      .map(({ id: _id, sync_id: _sync, discovered_at: _time, ...rest }) => rest),
  );
}

test(`killed ${KILLS} times at random: the file is always whole, the next run goes on, the rows are the same`, async (t) => {
  const random = randomNumbers(t);
  const folder = scratch(t);
  const undisturbed = join(folder, 'undisturbed.c1z');
  const path = join(folder, 'sync.c1z');
  const tempDir = join(folder, 'tmp');
  mkdirSync(tempDir);
  const calm = await run(undisturbed, tempDir);
  assert.match(calm.said, /saved/);
  const expected = rows(t, undisturbed);

  let whole: Buffer | undefined;
  let resumedPages = 0;
  const ends = new Map<string, number>();
  for (let kill = 0; kill < KILLS; kill++) {
    const { said, killed } = await run(path, tempDir, random() * calm.ms);
    const last = said.trim().split('\n').at(-1)?.split(' ')[0] ?? '';
    ends.set(last, (ends.get(last) ?? 0) + 1);
    assert(killed || last === 'saved', said);
    if (Number(/page (\d+)/.exec(said)?.[1] ?? 0) > 0) resumedPages++;
    const now = readdirSync(folder).includes('sync.c1z') ? readFileSync(path) : undefined;
    if (now !== undefined && (whole === undefined || !now.equals(whole))) {
      // A new file has this name only when it is complete: its checksum is verified here.
      zstdDecompressSync(now.subarray(5));
      assert.deepEqual(rows(t, path), expected);
    }
    assert(now !== undefined || whole === undefined, 'a file that was there is gone');
    whole = now;
  }
  t.diagnostic(`last words: ${JSON.stringify(Object.fromEntries(ends))}; resumed from a checkpoint: ${resumedPages}`);
  assert(resumedPages > 0);

  const final = await run(path, tempDir);
  assert.match(final.said, /saved/);
  assert.deepEqual(rows(t, path), expected);
  assert.deepEqual(readdirSync(tempDir), [], 'no working copy is left');
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.tmp') || name.endsWith('.lock')),
    [],
  );
});
