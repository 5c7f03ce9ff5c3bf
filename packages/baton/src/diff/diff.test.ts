import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { C1ZDiffOutputSchema } from '@baton-ts/protocol/baton-v1';
import { toProtoJson } from '@baton-ts/protocol/json';
import { registry } from '@baton-ts/protocol/registry';
import { fromJsonString } from '@bufbuild/protobuf';
import { isGolden } from '../testing/golden.ts';
import { baton, scratchFolder } from '../testing/program.ts';
import { days, writeSyncs } from '../testing/two-syncs.ts';

const folder = scratchFolder({ after });
const run = (...args: string[]) => baton(args, { cwd: folder });
let [monday, tuesday] = ['', ''];
before(async () => {
  [monday = '', tuesday = ''] = await writeSyncs(join(folder, 'sync.c1z'), days, join(folder, 'monday.c1z'));
});

async function printed(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(...args);
  assert.deepEqual([exitCode, stderr], [0, '']);
  return stdout;
}

test('a person reads who gained and lost what, by person', async () => {
  const text = await printed('diff');
  isGolden('diff.console.txt', text.replace(/^Compared .*\n/, ''));
  assert.match(text, new RegExp(`^Compared sync ${monday} \\(.* UTC\\) with sync ${tuesday} \\(`));
});

test('-o json is one baton.v1.C1ZDiffOutput, in a stable order', async () => {
  const text = await printed('diff', '-o', 'json');
  assert.equal(toProtoJson(C1ZDiffOutputSchema, fromJsonString(C1ZDiffOutputSchema, text, { registry })), text);
  isGolden('diff.json.txt', text);
});

test('csv and jsonl have one line for each difference', async () => {
  isGolden('diff.csv.txt', await printed('diff', '-o', 'csv'));
  const lines = (await printed('diff', '-o', 'jsonl')).trimEnd().split('\n');
  const shown = lines.map((line) => JSON.parse(line)).map(({ change, kind, value }) => [change, kind, typeof value]);
  assert.deepEqual(shown[0], ['deleted', 'resource', 'object']);
  assert.equal(shown.length, (await printed('diff', '-o', 'csv')).trimEnd().split('\n').length - 1);
});

test('rows can be filtered and sorted', async () => {
  const filter = 'difference.kind == "grant" && difference.change == "deleted"';
  const shown = await printed('diff', '--filter', filter, '--columns', 'id', '--sort', 'id', '-o', 'csv');
  assert.equal(shown, 'ID\nteam:dev:member:user:ann\nteam:ops:member:user:ann\n');
});

describe('which syncs are compared', () => {
  test('the earlier one may be in another file', async () => {
    const two = await printed('diff', '--base-file', 'monday.c1z', '-o', 'json');
    assert.equal(two, await printed('diff', '-o', 'json'));
  });

  test('both may be named, also the other way round', async () => {
    const document = JSON.parse(await printed('diff', '--base', tuesday, '--applied', monday, '-o', 'json'));
    assert.deepEqual(
      document.resources.created.map(({ displayName }: { displayName: string }) => displayName),
      ['Ann Lee'],
    );
  });

  test('a sync does not differ from itself', async () => {
    assert.match(await printed('diff', '--base', monday, '--applied', monday), /\nThey are the same.\n$/);
    assert.equal(
      await printed('diff', '--base', monday, '--applied', monday, '-o', 'json'),
      '{"resources":{},"entitlements":{},"grants":{}}',
    );
  });
});

describe('mistakes', () => {
  const refusals: readonly (readonly [args: readonly string[], exitCode: number, message: RegExp])[] = [
    [['-f', 'monday.c1z'], 2, /^cannot diff single sync run: monday.c1z holds no sync to compare with. Sync again/],
    [['--base', 'nobody'], 5, /^sync.c1z has no sync "nobody". "baton syncs" lists/],
    [['--applied', 'nobody'], 5, /^sync.c1z has no sync "nobody"/],
    [['--applied', 'a', '--sync-id', 'b'], 2, /--applied and --sync-id both name the later sync/],
    [['--base-file', 'missing.c1z'], 2, /^missing.c1z does not exist or is empty/],
    [['--filter', 'difference.kid == "x"'], 3, /does not know "difference.kid"; did you mean kind\?/],
    [['-o', 'json', '--columns', 'id'], 2, /--columns is for console and csv/],
  ];
  for (const [args, exitCode, message] of refusals) {
    test(`diff ${args.join(' ')}`, async () => {
      const ended = await run('diff', ...args);
      assert.match(ended.stderr, message);
      assert.deepEqual([ended.exitCode, ended.stdout], [exitCode, '']);
    });
  }
});
