import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { commands } from './commands/registry.ts';
import { scratchFolder } from './testing/program.ts';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/baton.md'), 'utf8');
const folder = scratchFolder({ after });
const node = `'${process.execPath}' --conditions=x-source`;

/** What differs from run to run: times, and the ids and digests that follow from them. */
const passing = /\d{4}-\d\d-\d\d(?:T[\d:.]+Z| \d\d:\d\d UTC)|\b[0-9A-Za-z]{27}\b|\b[0-9a-f]{64}\b|\b[\d.]+s\b/g;

/** The page's commands are those of a checkout. */
symlinkSync(join(root, 'examples'), join(folder, 'examples'));

test('docs/baton.md shows what its commands print', { skip: process.platform === 'win32' }, () => {
  for (const [, block = '', shown] of page.matchAll(/```sh\n(.*?)```\n(?:\n```text\n(.*?)```\n)?/gs)) {
    let printed = '';
    for (const line of block.trimEnd().split('\n')) printed = run(line);
    if (shown !== undefined) assert.equal(comparable(printed), comparable(shown), block);
  }
});

test('docs/baton.md names every command', () => {
  for (const { name, hidden } of commands) {
    assert.equal(hidden === true || page.includes(`baton ${name}`) || page.includes(`baton --${name}`), true, name);
  }
});

/** Runs a line of the page without a build: the sources in place of the programs that npx finds. */
function run(line: string): string {
  const command = line
    .replaceAll('npx baton-csv ', `${node} '${join(root, 'examples/baton-csv/src/main.ts')}' `)
    .replaceAll('npx baton ', `${node} '${join(root, 'packages/baton/src/main.ts')}' `);
  const env = { ...process.env, TZ: 'UTC', NODE_COMPILE_CACHE: join(folder, 'cache') };
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8', env });
  assert.equal(status, 0, `${line}\n${stderr}`);
  return stdout;
}

function comparable(text: string): string {
  return text
    .replaceAll(passing, '<passing>')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}
