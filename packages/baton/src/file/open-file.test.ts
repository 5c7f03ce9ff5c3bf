import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openC1z, type SyncType } from '@baton-ts/c1z';
import { Code } from '@baton-ts/protocol/errors';
import { Flags } from '../cli/flags.ts';
import { globalFlags } from '../cli/global-flags.ts';
import { baton, scratchFolder } from '../testing/program.ts';
import { openFileAt, pickSync } from './open-file.ts';

const folder = scratchFolder({ after });
const { signal } = new AbortController();

/** Adds a sync to a file; returns its id. */
async function addSync(path: string, syncType: SyncType, finished = true): Promise<string> {
  const store = await openC1z(path);
  const sync = store.startSync({ syncType });
  sync.checkpoint('{}');
  if (finished) await store.finishSync(sync, { syncToken: '{}' });
  await store.close();
  return sync.run.syncId;
}

async function picked(path: string, syncId?: string): Promise<string | undefined> {
  await using file = await openFileAt(path, signal);
  const flags = new Flags(new Map(syncId === undefined ? [] : [['sync-id', syncId]]), globalFlags);
  return pickSync(file, flags)?.run.syncId;
}

test('the sync that is read is the latest complete one, then any finished one, then an unfinished one', async () => {
  const path = join(folder, 'several.c1z');
  const unfinished = await addSync(path, 'partial', false);
  assert.equal(await picked(path), unfinished);
  const resourcesOnly = await addSync(path, 'resources_only');
  assert.equal(await picked(path), resourcesOnly);
  const full = await addSync(path, 'full');
  const later = await addSync(path, 'partial');
  assert.equal(await picked(path), full);
  for (const syncId of [unfinished, resourcesOnly, full, later]) assert.equal(await picked(path, syncId), syncId);
  await assert.rejects(picked(path, 'other'), { code: Code.NotFound });
  const shown = await baton(['stats', '-f', path, '-o', 'json', '--sync-id', unfinished]);
  assert.equal(shown.stderr, `note: sync ${unfinished} did not finish: what follows is what it had read until then\n`);
});

test('the file itself stays as it is, to the byte', async () => {
  const path = join(folder, 'same.c1z');
  await addSync(path, 'full');
  const before = readFileSync(path);
  await picked(path);
  assert.deepEqual(readFileSync(path), before);
});

test('Ctrl-C while standard input is read leaves nothing behind and exits with 1', {
  skip: process.platform === 'win32',
}, async () => {
  const temp = join(folder, 'temp');
  mkdirSync(temp);
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=x-source', main, 'stats', '-f', '-'], { env: { TMPDIR: temp } });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  while (readdirSync(temp).length === 0) await setTimeout(5);
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'close'), [Code.Canceled, null]);
  assert.equal(stderr, 'stopped by SIGINT\n');
  assert.deepEqual(readdirSync(temp), []);
});
