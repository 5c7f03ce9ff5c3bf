import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { isGolden } from './testing/golden.ts';
import { baton, type Ended, scratchFolder } from './testing/program.ts';
import { writeSendgridLike } from './testing/sendgrid-like.ts';
import { grantToNobody, writeSmallCompany } from './testing/small-company.ts';

// What the commands that make, change or check a file print, and what is in the file that they make.

const folder = scratchFolder({ after });
const path = (name: string): string => join(folder, name);
const run = (...args: string[]): Promise<Ended> => baton(args, { cwd: folder });

before(async () => {
  await writeSmallCompany(path('sync.c1z'));
  await writeSmallCompany(path('dangling.c1z'), (sync) => sync.putGrants([grantToNobody()]));
  await writeSendgridLike(path('expanded.c1z'));
});

/** Without ids, times and sizes that differ from run to run. */
const settled = (text: string): string =>
  text
    .replaceAll(/\b[0-9A-Za-z]{27}\b/g, '<sync id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/\d+ bytes before, \d+ now/g, '<bytes> before, <bytes> now');

async function printed(exitCode: number, ...args: string[]): Promise<string> {
  const ended = await run(...args);
  assert.equal(ended.exitCode, exitCode, ended.stderr);
  return settled(ended.stdout);
}

for (const format of ['console', 'json', 'csv'] as const) {
  test(`verify -o ${format} of a grant to nobody prints golden/verify.${format}.txt`, async () =>
    isGolden(`verify.${format}.txt`, await printed(1, 'verify', '-f', 'dangling.c1z', '-o', format)));
}

test('recalculate-stats prints golden/recalculate-stats.txt', async () =>
  isGolden('recalculate-stats.txt', await printed(0, 'recalculate-stats')));

test('optimize prints golden/optimize.txt', async () => isGolden('optimize.txt', await printed(0, 'optimize')));

test('rollback-expansion prints golden/rollback-expansion.txt', async () =>
  isGolden(
    'rollback-expansion.txt',
    await printed(0, 'rollback-expansion', '-f', 'expanded.c1z', '--out', 'rolled-back.c1z'),
  ));

test('rollback-expansion leaves the grants of golden/rollback-expansion.csv.txt', async () =>
  isGolden('rollback-expansion.csv.txt', await printed(0, 'grants', '-f', 'rolled-back.c1z', '-o', 'csv')));

test('with one secret sanitize always makes the masks of golden/sanitize.jsonl.txt', async () => {
  writeFileSync(path('secret'), 'a secret of 32 bytes for a test.');
  await printed(0, 'sanitize', '-f', 'expanded.c1z', '--out', 'clean.c1z', '--secret-file', 'secret');
  const lists = ['resource-types', 'resources', 'entitlements', 'grants'];
  const parts = await Promise.all(lists.map((list) => printed(0, list, '-f', 'clean.c1z', '-o', 'jsonl')));
  isGolden('sanitize.jsonl.txt', parts.join(''));
});

test('export c1z makes a file whose syncs are golden/export-c1z.jsonl.txt', async () => {
  assert.equal(await printed(0, 'export', 'c1z', '--out', 'one.c1z'), '');
  isGolden('export-c1z.jsonl.txt', await printed(0, 'syncs', '-f', 'one.c1z', '-o', 'jsonl'));
});

test('dump-db writes a database with the tables and rows of golden/dump-db.txt', async () => {
  assert.equal(await printed(0, 'dump-db', '--out', 'dumped.db'), '');
  const db = new DatabaseSync(path('dumped.db'), { readOnly: true });
  const tables = db.prepare("select name from sqlite_master where type = 'table' order by name").all();
  const lines = tables.map(({ name }) => {
    const columns = db.prepare('select name from pragma_table_info(?)').all(String(name));
    const count = db.prepare(`select count(*) as count from ${String(name)}`).get()?.['count'];
    return `${String(name)}: ${String(count)} rows of ${columns.map((column) => column['name']).join(', ')}\n`;
  });
  db.close();
  isGolden('dump-db.txt', lines.join(''));
});
