import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { editC1z, openC1z } from '@baton-ts/c1z';
import { baton, scratchFolder } from '../testing/program.ts';
import { days, writeSyncs } from '../testing/two-syncs.ts';

const folder = scratchFolder({ after });
const temp = join(folder, 'temp');
const path = (name: string) => join(folder, name);
const run = (...args: string[]) => baton(args, { cwd: folder, env: { TMPDIR: temp } });
let [monday, tuesday] = ['', ''];
before(async () => {
  mkdirSync(temp);
  [monday = '', tuesday = ''] = await writeSyncs(path('sync.c1z'), days);
});

const statsOf = async (syncId: string): Promise<string> =>
  (await run('stats', '-o', 'csv', '--sync-id', syncId)).stdout;

describe('recalculate-stats', () => {
  test('counts every finished sync anew and says each', async () => {
    const right = await statsOf(tuesday);
    await editC1z(path('sync.c1z'), ({ db }) =>
      db.exec(`update v1_sync_runs set stats = '{"resource_types":1,"resources":99}'`),
    );
    assert.notEqual(await statsOf(tuesday), right);
    const { exitCode, stdout, stderr } = await run('recalculate-stats');
    assert.deepEqual(
      [exitCode, stdout, stderr],
      [0, `Recalculated the stats of sync ${monday}\nRecalculated the stats of sync ${tuesday}\n`, ''],
    );
    assert.equal(await statsOf(tuesday), right);
    assert.equal((await run('verify')).exitCode, 0);
  });

  test('--sync-id counts that one', async () => {
    const { stdout } = await run('recalculate-stats', '--sync-id', monday);
    assert.equal(stdout, `Recalculated the stats of sync ${monday}\n`);
  });

  test('an unfinished sync is refused', async () => {
    const store = await openC1z(path('unfinished.c1z'));
    const { syncId } = store.startSync({ syncType: 'full' }).run;
    await store.close();
    const { exitCode, stderr } = await run('recalculate-stats', '-f', 'unfinished.c1z', '--sync-id', syncId);
    assert.equal(exitCode, 9);
    assert.match(stderr, /did not finish; only finished syncs have stats/);
    assert.match((await run('recalculate-stats', '-f', 'unfinished.c1z')).stdout, /holds no finished sync/);
  });

  test('a file that somebody writes is refused, and stays', async () => {
    const store = await openC1z(path('sync.c1z'));
    const bytes = readFileSync(path('sync.c1z'));
    const { exitCode, stderr } = await run('recalculate-stats');
    await store.discard();
    assert.equal(exitCode, 9);
    assert.match(stderr, /sync.c1z is being written by /);
    assert.deepEqual(readFileSync(path('sync.c1z')), bytes);
  });
});

test('optimize rewrites the file and keeps what is in it', async () => {
  const grants = await run('grants');
  const { exitCode, stdout } = await run('optimize');
  assert.equal(exitCode, 0);
  assert.match(stdout, /^Optimized sync.c1z: \d+ bytes before, \d+ now\n$/);
  assert.deepEqual(await run('grants'), grants);
});

test('dump-db writes the database, into a file that must not exist', async () => {
  assert.deepEqual(await run('dump-db'), { exitCode: 0, stdout: '', stderr: '' });
  const db = new DatabaseSync(path('sync.db'), { readOnly: true });
  assert.equal(db.prepare('select count(*) as count from v1_sync_runs').get()?.['count'], 2);
  db.close();
  const { exitCode, stderr } = await run('dump-db');
  assert.equal(exitCode, 6);
  assert.match(stderr, /^.\/sync.db exists already/);
});

describe('what cannot be rewritten', () => {
  for (const command of ['recalculate-stats', 'optimize']) {
    const refusals: readonly (readonly [file: string, exitCode: number, message: RegExp])[] = [
      ['-', 2, /^this command rewrites the file in its place/],
      ['missing.c1z', 2, /^missing.c1z does not exist or is empty/],
      ['text.c1z', 3, /text.c1z is not a .c1z file/],
      ['temp', 3, /temp is a folder; name a .c1z file/],
    ];
    for (const [file, exitCode, message] of refusals) {
      test(`${command} -f ${file}`, async () => {
        writeFileSync(path('text.c1z'), 'hello');
        const ended = await run(command, '-f', file);
        assert.match(ended.stderr, message);
        assert.deepEqual([ended.exitCode, ended.stdout], [exitCode, '']);
      });
    }
  }
});

test('nothing is left behind', () => {
  assert.deepEqual(readdirSync(temp), []);
  assert.deepEqual(
    readdirSync(folder).filter((name) => /\.(tmp|lock)/.test(name)),
    [],
  );
});
