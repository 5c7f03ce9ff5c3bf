import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openStore } from '../store/open-store.ts';
import { tempFolder } from '../testing/with-stores.ts';
import { UPLOADS } from './folders.ts';
import { SyncFiles } from './sync-files.ts';

async function uploadedFile(t: TestContext) {
  const dataDir = tempFolder(t);
  const store = await openStore({ dataDir: tempFolder(t), clock: { now: () => Date.now(), sleep: async () => {} } });
  t.after(() => store.close());
  mkdirSync(join(dataDir, UPLOADS));
  const uploaded = join(dataDir, UPLOADS, 'task-1.c1z');
  writeFileSync(uploaded, 'C1ZF');
  const elsewhere = join(tempFolder(t), 'elsewhere');
  const take = (folder: string) => new SyncFiles(folder, store).take(uploaded, 'the-connector', 'the-sync');
  const textIn = (folder: string, place: string | undefined) =>
    readFileSync(new SyncFiles(folder, store).pathOf(place ?? ''), 'utf8');
  return { dataDir, elsewhere, take, textIn };
}

test('the file of a sync is found again when the data folder is somewhere else', async (t) => {
  const { dataDir, elsewhere, take, textIn } = await uploadedFile(t);
  const place = await take(dataDir);
  renameSync(dataDir, elsewhere);
  assert.equal(textIn(elsewhere, place), 'C1ZF');
});

test('an upload is taken over where the data folder is now', async (t) => {
  const { dataDir, elsewhere, take, textIn } = await uploadedFile(t);
  renameSync(dataDir, elsewhere);
  assert.equal(textIn(elsewhere, await take(elsewhere)), 'C1ZF');
});

test('an upload that was taken over before a crash is found where it is', async (t) => {
  const { dataDir, take } = await uploadedFile(t);
  const place = await take(dataDir);
  assert.equal(await take(dataDir), place);
});

test('an upload that is nowhere is told', async (t) => {
  const { elsewhere, take } = await uploadedFile(t);
  assert.equal(await take(elsewhere), undefined);
});
