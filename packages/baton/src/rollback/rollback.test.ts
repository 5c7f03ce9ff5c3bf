import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openC1z, openC1zReader } from '@baton-ts/c1z';
import { packAny } from '@baton-ts/protocol/annotations';
import {
  EntitlementSchema,
  type Grant,
  GrantExpandableSchema,
  GrantImmutableSchema,
  GrantSchema,
  ResourceSchema,
  ResourceTypeSchema,
} from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import { allPages } from '../lists/pages.ts';
import { baton, scratchFolder } from '../testing/program.ts';

const folder = scratchFolder({ after });
const path = (name: string) => join(folder, name);
const run = (...args: string[]) => baton(['rollback-expansion', ...args], { cwd: folder });

const thing = (resourceType: string, resource: string) => create(ResourceSchema, { id: { resourceType, resource } });
const [team, app, ann, bob, cem] = [
  thing('team', 'ops'),
  thing('app', 'crm'),
  ...['ann', 'bob', 'cem'].map((id) => thing('user', id)),
];
const [member, use] = [
  create(EntitlementSchema, { id: 'team:ops:member', resource: team, slug: 'member' }),
  create(EntitlementSchema, { id: 'app:crm:use', resource: app, slug: 'use' }),
];

/** @param through the entitlements that gave it, as expansion notes them */
function grant(
  on: typeof member,
  who: typeof ann,
  through: readonly string[] = [],
  annotations: Grant['annotations'] = [],
) {
  const sources = Object.fromEntries(through.map((id) => [id, { isDirect: true }]));
  return create(GrantSchema, {
    id: `${on.id}:${who?.id?.resourceType}:${who?.id?.resource}`,
    entitlement: on,
    ...(who === undefined ? {} : { principal: who }),
    ...(through.length === 0 ? {} : { sources: { sources } }),
    annotations,
  });
}

let syncId = '';
before(async () => {
  const store = await openC1z(path('sync.c1z'));
  const sync = store.startSync({ syncType: 'full' });
  sync.putResourceTypes(['team', 'app', 'user'].map((id) => create(ResourceTypeSchema, { id })));
  sync.putResources([team, app, ann, bob, cem].flatMap((one) => one ?? []));
  sync.putEntitlements([member, use]);
  sync.putGrants([
    grant(member, ann),
    grant(member, bob),
    grant(use, team, [], [packAny(GrantExpandableSchema, { entitlementIds: [member.id] })]),
    // Ann has it through the team alone, Bob also by himself, Cem as the connector said it.
    grant(use, ann, [member.id], [packAny(GrantImmutableSchema, {})]),
    grant(use, bob, [use.id, member.id]),
    grant(use, cem, [member.id]),
  ]);
  await store.finishSync(sync, { syncToken: '' });
  await store.close();
  syncId = sync.run.syncId;
});

async function grantsOf(file: string, sync?: string): Promise<Record<string, readonly string[]>> {
  const c1z = await openC1zReader(file);
  const reader = c1z.reader(sync);
  assert.ok(reader);
  const found = [...allPages((page) => reader.grants(page))].map(
    (one) => [one.id, Object.keys(one.sources?.sources ?? {})] as const,
  );
  await c1z.close();
  return Object.fromEntries(found);
}

const asSynced = {
  'team:ops:member:user:ann': [],
  'team:ops:member:user:bob': [],
  'app:crm:use:team:ops': [],
  'app:crm:use:user:bob': [],
};

test('what only expansion gave is gone, what it added to is as before, in a copy', async () => {
  const original = await grantsOf(path('sync.c1z'));
  const { exitCode, stdout, stderr } = await run('--out', 'back.c1z');
  assert.deepEqual([exitCode, stderr], [0, '']);
  assert.equal(
    stdout,
    `Wrote back.c1z: sync ${syncId}, 2 inherited grants removed, 1 grants without their added sources, 1 suspect grants removed too, 4 grants left\n`,
  );
  assert.deepEqual(await grantsOf(path('back.c1z')), asSynced);
  assert.deepEqual(await grantsOf(path('sync.c1z')), original);
  const verified = await baton(['verify', '-f', 'back.c1z'], { cwd: folder });
  assert.equal(verified.stderr, 'note: back.c1z: 0 errors, 0 warnings in 1 sync\n');
});

test('--preserve-suspect-grants keeps those that expansion did not mark', async () => {
  const { stdout } = await run('--out', 'kept.c1z', '--preserve-suspect-grants');
  assert.match(stdout, / 1 inherited grants removed, .* 1 suspect grants preserved, 5 grants left\n$/);
  assert.deepEqual(await grantsOf(path('kept.c1z')), { ...asSynced, 'app:crm:use:user:cem': [member.id] });
});

test('--dry-run counts and writes nothing', async () => {
  const { exitCode, stdout } = await run('--dry-run', '--out', 'dry.c1z');
  assert.equal(exitCode, 0);
  assert.match(stdout, /^Would write a copy of sync.c1z: sync .* 4 grants left\n$/);
  assert.equal(existsSync(path('dry.c1z')), false);
});

describe('--replay', () => {
  test('expands again, and --validate holds the result against the file', async () => {
    const flags = ['--replay', '--validate', '--preserve-suspect-grants'];
    const { exitCode, stdout, stderr } = await run('--out', 'replayed.c1z', ...flags);
    assert.deepEqual([exitCode, stderr], [0, '']);
    assert.match(stdout, / 5 grants left, then 2 grants written by expanding again, as they were before\n$/);
    assert.deepEqual(await grantsOf(path('replayed.c1z')), await grantsOf(path('sync.c1z')));
    const verified = await baton(['verify', '-f', 'replayed.c1z'], { cwd: folder });
    assert.equal(verified.stderr, 'note: replayed.c1z: 0 errors, 0 warnings in 1 sync\n');
  });

  test('a result that differs is told by --validate, and nothing is written', async () => {
    const { exitCode, stdout, stderr } = await run('--out', 'differs.c1z', '--replay', '--validate');
    assert.deepEqual([exitCode, stdout, existsSync(path('differs.c1z'))], [9, '', false]);
    assert.equal(
      stderr,
      'expanding again does not give what sync.c1z holds: 1 grants differ, for example app:crm:use:user:cem. Nothing is written\n',
    );
  });
});

describe('mistakes', () => {
  const refusals: readonly (readonly [args: readonly string[], exitCode: number, message: RegExp])[] = [
    [[], 2, /^rollback-expansion needs --out, the file to write, or --dry-run/],
    [['--out', 'sync.c1z'], 6, /^sync.c1z exists already/],
    [['--out', 'x.c1z', '--validate'], 2, /^--validate needs --replay/],
    [['--out', 'x.c1z', '--sync-id', 'nobody'], 5, /^sync.c1z has no sync "nobody"/],
    [['--out', 'x.c1z', '-f', 'missing.c1z'], 2, /^missing.c1z does not exist or is empty/],
  ];
  for (const [args, exitCode, message] of refusals) {
    test(`rollback-expansion ${args.join(' ')}`, async () => {
      const ended = await run(...args);
      assert.match(ended.stderr, message);
      assert.deepEqual([ended.exitCode, ended.stdout, existsSync(path('x.c1z'))], [exitCode, '', false]);
    });
  }
});

const samples = join(import.meta.dirname, '../../../../../shared/fixtures/c1z');
const skip = existsSync(samples) ? false : `the sample files are not at ${samples}`;
test('a file that the Go SDK expanded becomes the one that it expanded', { skip }, async () => {
  const expanded = join(samples, 'expanded.v1.c1z');
  const reader = await openC1zReader(expanded);
  const id = reader.runs()[0]?.syncId ?? '';
  await reader.close();
  assert.equal((await run('-f', expanded, '--sync-id', id, '--out', 'unexpanded.c1z')).exitCode, 0);
  assert.deepEqual(await grantsOf(path('unexpanded.c1z'), id), await grantsOf(join(samples, 'unexpanded.v1.c1z'), id));
});
