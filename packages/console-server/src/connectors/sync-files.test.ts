import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStore } from '../store/open-store.ts';
import { tempFolder } from '../testing/with-stores.ts';
import { SyncFiles } from './sync-files.ts';

test('the file of a sync is found again when the data folder is somewhere else', async (t) => {
  const [before, after] = [tempFolder(t), join(tempFolder(t), 'elsewhere')];
  const store = await openStore({ dataDir: tempFolder(t), clock: { now: () => Date.now(), sleep: async () => {} } });
  t.after(() => store.close());
  const uploaded = join(before, 'upload');
  writeFileSync(uploaded, 'C1ZF');
  const place = await new SyncFiles(before, store).take(uploaded, 'the-connector', 'the-sync');
  renameSync(before, after);
  assert.equal(readFileSync(new SyncFiles(after, store).pathOf(place), 'utf8'), 'C1ZF');
});
