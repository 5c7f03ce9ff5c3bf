import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isGolden } from '../testing/golden.ts';
import { baton, scratchFolder } from '../testing/program.ts';
import { readSheet } from '../testing/read-sheet.ts';
import { grantToNobody, writeSmallCompany } from '../testing/small-company.ts';
import { days, writeSyncs } from '../testing/two-syncs.ts';

const folder = scratchFolder({ after });
const temp = join(folder, 'temp');
const path = (name: string) => join(folder, name);
const run = (...args: string[]) => baton(args, { cwd: folder, env: { TMPDIR: temp } });
before(async () => {
  mkdirSync(temp);
  await writeSmallCompany(path('sync.c1z'));
});

async function silently(...args: string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await run(...args);
  assert.deepEqual([exitCode, stdout, stderr], [0, '', '']);
}

describe('export csv', () => {
  test('writes people, entitlements and what people hold, each in stored order', async () => {
    await silently('export', 'csv');
    isGolden('export.csv.txt', readFileSync(path('sync.csv'), 'utf8'));
  });

  test('a file of that name is replaced', async () => {
    writeFileSync(path('old.csv'), 'old');
    await silently('export', 'csv', '--out', 'old.csv');
    assert.match(readFileSync(path('old.csv'), 'utf8'), /^Type,Last Name,/);
  });

  test('a type without people does not end the export', async () => {
    await writeSyncs(path('nobody.c1z'), [{ users: {}, teams: { ops: [] } }]);
    await silently('export', 'csv', '-f', 'nobody.c1z', '--out', 'nobody.csv');
    assert.match(readFileSync(path('nobody.csv'), 'utf8'), /\nEntitlement,.*,team:ops:member,team,OPS,,member\n$/);
  });

  test('--sync-id takes another sync', async () => {
    const [monday = ''] = await writeSyncs(path('two.c1z'), days);
    await silently('export', 'csv', '-f', 'two.c1z', '--out', 'monday.csv', '--sync-id', monday);
    assert.match(readFileSync(path('monday.csv'), 'utf8'), /ann@acme.example/);
    await silently('export', 'csv', '-f', 'two.c1z', '--out', 'latest.csv');
    assert.doesNotMatch(readFileSync(path('latest.csv'), 'utf8'), /ann@acme.example/);
  });

  test('a holder whom the file does not know is said', async () => {
    await writeSmallCompany(path('dangling.c1z'), (sync) => sync.putGrants([grantToNobody()]));
    const { exitCode, stderr } = await run('export', 'csv', '-f', 'dangling.c1z', '--out', 'dangling.csv');
    assert.equal(exitCode, 0);
    assert.match(stderr, /^note: one reference leads nowhere, for example MISSING RESOURCE \(user:eve\)/);
  });
});

test('export xlsx writes the same rows into a sheet, formulas as text', async () => {
  await silently('export', 'csv', '--out', 'same.csv');
  await silently('export', 'xlsx');
  const sheet = readSheet(path('sync.xlsx'));
  assert.equal(sheet.name, 'Sheet1');
  assert.equal(sheet.formulas, 0);
  const csv = readFileSync(path('same.csv'), 'utf8').trimEnd().split('\n');
  assert.deepEqual(sheet.rows[0], csv[0]?.split(','));
  assert.equal(sheet.rows.length, csv.length);
  assert.deepEqual(sheet.rows[1], ['Identity', 'Enabled', 'ann@acme.example']);
});

describe('export c1z', () => {
  test('writes the latest sync alone, in a file that is in order', async () => {
    const [, tuesday = ''] = await writeSyncs(path('days.c1z'), days);
    await silently('export', 'c1z', '-f', 'days.c1z');
    const { stdout } = await run('syncs', '-f', 'latest.c1z', '-o', 'csv', '--columns', 'id');
    assert.equal(stdout, `ID\n${tuesday}\n`);
    assert.equal((await run('verify', '-f', 'latest.c1z')).exitCode, 0);
    const [whole, single] = [await run('grants', '-f', 'days.c1z'), await run('grants', '-f', 'latest.c1z')];
    assert.deepEqual(single, whole);
  });

  test('--sync-id takes another one, and standard input is read', async () => {
    const [monday = ''] = await writeSyncs(path('pair.c1z'), days);
    const stdin = readFileSync(path('pair.c1z'));
    const args = ['export', 'c1z', '-f', '-', '--out', 'monday.c1z', '--sync-id', monday];
    assert.equal((await baton(args, { cwd: folder, stdin, env: { TMPDIR: temp } })).exitCode, 0);
    assert.match((await run('syncs', '-f', 'monday.c1z')).stdout, new RegExp(monday));
  });

  test('a file that exists is refused and stays', async () => {
    writeFileSync(path('taken.c1z'), 'mine');
    const { exitCode, stderr } = await run('export', 'c1z', '--out', 'taken.c1z');
    assert.deepEqual([exitCode, stderr], [6, 'taken.c1z exists already. Name a new file, or remove that one first\n']);
    assert.equal(readFileSync(path('taken.c1z'), 'utf8'), 'mine');
  });
});

for (const kind of ['csv', 'xlsx', 'c1z']) {
  describe(`export ${kind} that cannot be`, () => {
    const refusals: readonly (readonly [what: string, args: readonly string[], exitCode: number, message: RegExp])[] = [
      ['a folder that is not there', ['--out', 'no/x'], 5, /^no\/x cannot be written: there is no folder no. Make it/],
      ['an empty path', ['--out', ''], 2, /^--out is empty/],
      ['a sync that is not there', ['--out', 'x', '--sync-id', 'nobody'], 5, /^sync.c1z has no sync "nobody"/],
      ['a file that is not there', ['--out', 'x', '-f', 'missing.c1z'], 2, /^missing.c1z does not exist or is empty/],
    ];
    for (const [what, args, exitCode, message] of refusals) {
      test(what, async () => {
        const ended = await run('export', kind, ...args);
        assert.match(ended.stderr, message);
        assert.deepEqual([ended.exitCode, ended.stdout], [exitCode, '']);
        assert.equal(existsSync(path('x')), false);
      });
    }

    test('a folder in its place', async () => {
      const { exitCode, stderr } = await run('export', kind, '--out', 'temp');
      assert.notEqual(exitCode, 0);
      assert.match(stderr, kind === 'c1z' ? /^temp exists already/ : /^temp is a folder; name a file to write/);
    });

    test('a damaged file, and what was there stays', async () => {
      const bytes = readFileSync(path('sync.c1z'));
      writeFileSync(path('cut.c1z'), bytes.subarray(0, bytes.length - 50));
      writeFileSync(path('keep'), 'before');
      const out = kind === 'c1z' ? 'another' : 'keep';
      const { exitCode, stderr } = await run('export', kind, '-f', 'cut.c1z', '--out', out);
      assert.equal(exitCode, 15);
      assert.match(stderr, /^cut.c1z is cut off/);
      assert.equal(readFileSync(path('keep'), 'utf8'), 'before');
      assert.equal(existsSync(path('another')), false);
    });
  });
}

test('a disk that is full is said in words', { skip: process.platform !== 'linux' }, async () => {
  const limited = `ulimit -f 0; trap '' XFSZ; exec "$0" "$@"`;
  const main = join(import.meta.dirname, '../main.ts');
  const args = ['-c', limited, process.execPath, '--conditions=x-source', main, 'export', 'csv', '--out', 'full.csv'];
  const { status, stderr } = spawnSync('sh', args, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  assert.notEqual(status, 0);
  assert.doesNotMatch(stderr, /\n\s+at /);
  assert.equal(existsSync(path('full.csv')), false);
});

test('nothing is left beside the outputs or in the temporary folder', () => {
  assert.deepEqual(readdirSync(temp), []);
  assert.deepEqual(
    readdirSync(folder).filter((name) => /\.(tmp|lock)/.test(name)),
    [],
  );
  assert.equal(statSync(path('sync.c1z')).isFile(), true);
});
