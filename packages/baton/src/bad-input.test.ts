import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Code } from '@baton-ts/protocol/errors';
import { baton, type Ended, scratchFolder } from './testing/program.ts';
import { days, writeSyncs } from './testing/two-syncs.ts';

// Every command that reads a file, with what it cannot work with: it says so by name, prints nothing, writes nothing.

const folder = scratchFolder({ after });
const path = (name: string): string => join(folder, name);
const run = (...args: readonly string[]): Promise<Ended> => baton(args, { cwd: folder });
const unknownSync = '2MYQFxbnbNySGzh6lm8TuPo36BJ';
let monday = '';

const reading: readonly (readonly string[])[] = [
  ['resource-types'],
  ['resources'],
  ['entitlements'],
  ['grants'],
  ['principals'],
  ['principals', 'compare', '-e', 'team:ops:member'],
  ['access', '-t', 'user', '-r', 'bob'],
  ['syncs'],
  ['stats'],
  ['verify'],
  ['diff'],
];
const writing: readonly (readonly string[])[] = [
  ['review'],
  ['export', 'csv'],
  ['export', 'xlsx'],
  ['export', 'c1z'],
  ['sanitize'],
  ['rollback-expansion'],
  ['dump-db'],
];
/** Those that would replace a file say so in their help. */
const replacing: ReadonlySet<string> = new Set(['export csv', 'export xlsx']);
const ofWholeFile: ReadonlySet<string> = new Set(['optimize', 'dump-db']);
const asOut = (command: readonly string[], out: string): readonly string[] => [...command, '--out', out];
const inPlace = [['recalculate-stats'], ['optimize']];
const wordsOf = (command: readonly string[]): string => command.join(' ');

before(async () => {
  [monday = ''] = await writeSyncs(path('sync.c1z'), days);
  const bytes = readFileSync(path('sync.c1z'));
  writeFileSync(path('cut.c1z'), bytes.subarray(0, bytes.length - 100));
  const flipped = Buffer.from(bytes);
  const middle = Math.floor(bytes.length / 2);
  flipped.writeUInt8(flipped.readUInt8(middle) ^ 4, middle);
  writeFileSync(path('flipped.c1z'), flipped);
});

async function isRefused(args: readonly string[], exitCode: number, message: RegExp): Promise<void> {
  const files = readdirSync(folder);
  const ended = await run(...args);
  assert.match(ended.stderr, message);
  assert.deepEqual([ended.exitCode, ended.stdout], [exitCode, '']);
  assert.deepEqual(readdirSync(folder), files, 'nothing is written');
}

describe('a file whose end is missing', () => {
  for (const command of [...reading, ...writing.map((one) => asOut(one, 'new')), ...inPlace]) {
    test(`${wordsOf(command)} says so`, () =>
      isRefused([...command, '-f', 'cut.c1z'], Code.DataLoss, /^cut\.c1z is cut off: its end is missing/));
  }
  test('as the base of a comparison it is named', () =>
    isRefused(['diff', '--base-file', 'cut.c1z'], Code.DataLoss, /^cut\.c1z is cut off/));
});

test('a file with a flipped bit in its middle is not read', () =>
  isRefused(['grants', '-f', 'flipped.c1z'], Code.DataLoss, /^flipped\.c1z is damaged: its contents do not match/));

describe('a sync that is not in the file', () => {
  const commands = [...reading, ...writing.map((one) => asOut(one, 'new')), ...inPlace].filter(
    ([name = '']) => !ofWholeFile.has(name),
  );
  for (const command of commands) {
    test(`${wordsOf(command)} refuses it by its id`, () =>
      isRefused(
        [...command, '--sync-id', unknownSync],
        Code.NotFound,
        new RegExp(`^sync\\.c1z has no sync "${unknownSync}"\\. "baton syncs" lists`),
      ));
  }
  for (const command of ofWholeFile) {
    test(`${command} says that it takes none`, () =>
      isRefused([command, '--sync-id', monday], 2, new RegExp(`^${command} works on the file as a whole`)));
  }
});

describe('an output path', () => {
  before(() => writeFileSync(path('taken'), 'mine'));
  for (const command of writing) {
    const words = wordsOf(command);
    if (!replacing.has(words)) {
      test(`${words} keeps a file that is there`, async () => {
        await isRefused(asOut(command, 'taken'), Code.AlreadyExists, /^taken exists already/);
        assert.equal(readFileSync(path('taken'), 'utf8'), 'mine');
      });
    }
    test(`${words} names the folder that is missing`, () =>
      isRefused(asOut(command, 'nowhere/new'), Code.NotFound, /^nowhere\/new cannot be written: .*no folder nowhere/));
    test(`${words} takes no folder for a file`, async () => {
      mkdirSync(path('folder'), { recursive: true });
      const { exitCode, stderr } = await run(...asOut(command, 'folder'));
      assert.match(stderr, /^folder (?:exists already|is a folder)/);
      assert.notEqual(exitCode, 0);
    });
    test(`${words} says when this user may not write there`, { skip: process.getuid?.() === 0 }, async () => {
      mkdirSync(path('locked'), { recursive: true, mode: 0o555 });
      await isRefused(asOut(command, 'locked/new'), Code.PermissionDenied, /locked\/new: this user may not write/);
      chmodSync(path('locked'), 0o755);
    });
  }
});

test('sanitize takes the one sync that --sync-id names', async () => {
  assert.equal((await run('sanitize', '--out', 'monday.c1z', '--sync-id', monday)).exitCode, 0);
  const { stdout } = await run('syncs', '-f', 'monday.c1z', '-o', 'jsonl');
  assert.equal(stdout.trimEnd().split('\n').length, 1);
});

test('a page format that does not exist is refused', () =>
  isRefused(['review', '--format', 'pdf'], 2, /^--format is "pdf"; review writes html or md\n$/));

test('a function that a filter cannot call is refused with the likely one', () =>
  isRefused(
    ['grants', '--filter', 'grant.id.startWith("x")'],
    Code.InvalidArgument,
    /^--filter does not know the function "startWith"; did you mean startsWith\?\n {2}grant.id.startWith\("x"\)\n {10}\^\n$/,
  ));
