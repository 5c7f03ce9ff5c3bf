import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
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
  return { dataDir, store, elsewhere, take, textIn };
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

test('uploads stay for whom they are of use, and others go', async (t) => {
  const { dataDir, store } = await uploadedFile(t);
  const at = { not_before_ms: 0, record: '{}', dedupe_key: null, connector_id: 'the-connector', type: 'syncFull' };
  const states = { task: 'finished', leased: 'leased', retried: 'pending', applied: 'finished', paused: 'cancelled' };
  for (const [id, state] of Object.entries(states)) {
    await store.db
      .insertInto('c1_tasks')
      .values({ ...at, id, state })
      .execute();
    writeFileSync(join(dataDir, UPLOADS, `${id}-0123456789abcdef.c1z`), 'C1ZF');
  }
  writeFileSync(join(dataDir, UPLOADS, 'unknown-0123456789abcdef.log'), 'words');
  writeFileSync(join(dataDir, UPLOADS, 'paused-0123456789ab.part'), 'C1');
  const sync = {
    connector_id: 'the-connector',
    app_id: 'the-app',
    trigger: 'SCHEDULE',
    started_ms: 0,
    reason: '',
  } as const;
  const syncs = [
    { id: 'running', c1_task_id: 'task', result: 'RUNNING' },
    { id: 'over', c1_task_id: 'paused', result: 'CANCELLED' },
  ] as const;
  for (const each of syncs)
    await store.db
      .insertInto('syncs')
      .values({ ...sync, ...each, warnings: '[]' })
      .execute();
  await new SyncFiles(dataDir, store).dropLeftUploads();
  assert.deepEqual(readdirSync(join(dataDir, UPLOADS)).sort(), [
    'leased-0123456789abcdef.c1z',
    'paused-0123456789ab.part',
    'retried-0123456789abcdef.c1z',
    'task-0123456789abcdef.c1z',
    'task-1.c1z',
  ]);
});
