import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openC1zReader, type SyncReader } from '@baton-ts/c1z';
import type { Resource } from '@baton-ts/protocol/connector-v2';
import { allPages } from '../lists/pages.ts';
import { emailsOf, profileOf, userTrait } from '../lists/resource-facts.ts';
import { baton, scratchFolder } from '../testing/program.ts';
import { writeSendgridLike } from '../testing/sendgrid-like.ts';
import { writeSmallCompany } from '../testing/small-company.ts';
import { unpackedBytes } from '../testing/unpack.ts';

const folder = scratchFolder({ after });
const path = (name: string) => join(folder, name);
const run = (...args: string[]) => baton(args, { cwd: folder });
before(async () => {
  await writeSendgridLike(path('sync.c1z'));
  assert.equal((await run('sanitize', '--out', 'clean.c1z')).exitCode, 0);
});

/** What tells of whom a file is: names, ids, addresses, their domains, logins, what profiles say. */
async function identifying(file: string, mostRows = Number.POSITIVE_INFINITY): Promise<Set<string>> {
  const found = new Set<string>();
  await eachSync(file, (sync) => {
    found.add(sync.run.syncId);
    const resource = (one: Resource | undefined) => {
      if (one === undefined) return;
      for (const text of [one.id?.resource, one.displayName, one.description, userTrait(one)?.login])
        found.add(text ?? '');
      for (const text of [...emailsOf(one), ...Object.values(profileOf(one)).map(String)]) {
        found.add(text);
        found.add(text.split('@')[1] ?? '');
      }
    };
    for (const one of allPages((page) => sync.resources(page)).take(mostRows)) resource(one);
    for (const one of allPages((page) => sync.entitlements(page)).take(mostRows)) {
      for (const text of [one.id, one.displayName, one.description]) found.add(text);
    }
    for (const one of allPages((page) => sync.grants(page)).take(mostRows)) {
      found.add(one.id);
      resource(one.principal);
    }
  });
  // In hexadecimal masks three characters are found by chance.
  return new Set([...found].filter((text) => text.length > 3));
}

async function eachSync(file: string, visit: (sync: SyncReader) => void): Promise<void> {
  const c1z = await openC1zReader(file);
  try {
    for (const { syncId } of c1z.runs()) {
      const sync = c1z.reader(syncId);
      if (sync !== undefined) visit(sync);
    }
  } finally {
    await c1z.close();
  }
}

async function nothingIsLeft(original: string, clean: string, mostRows?: number): Promise<void> {
  const bytes = unpackedBytes(clean);
  const left = [...(await identifying(original, mostRows))].filter((text) => bytes.includes(text));
  assert.deepEqual(left, []);
}

test('no name, id, address or domain of the original is anywhere in the copy', async () => {
  await nothingIsLeft(path('sync.c1z'), path('clean.c1z'));
  const bytes = unpackedBytes(path('clean.c1z'));
  for (const text of ['acme.example', 'acme', 'Ann', 'SG.key', 'next-page', 'Sales']) {
    assert.ok(unpackedBytes(path('sync.c1z')).includes(text), `the original holds ${text}`);
    assert.equal(bytes.includes(text), false, text);
  }
});

test('the copy is in order', async () => {
  const { exitCode, stderr } = await run('verify', '-f', 'clean.c1z');
  assert.deepEqual([exitCode, stderr], [0, 'note: clean.c1z: 0 errors, 0 warnings in 1 sync\n']);
});

test('everything refers to what it referred to', async () => {
  const shapes: unknown[] = [];
  for (const file of ['sync.c1z', 'clean.c1z']) {
    // Ids by the order in which they first come: the same for both files when relations are intact.
    const places = new Map<string, number>();
    const place = (...parts: (string | undefined)[]) => {
      const key = parts.join('\0');
      if (!places.has(key)) places.set(key, places.size);
      return places.get(key);
    };
    const resource = (one: Resource | undefined) => place(one?.id?.resourceType, one?.id?.resource);
    await eachSync(path(file), (sync) => {
      shapes.push({
        types: sync.resourceTypes().map(({ id }) => id),
        resources: sync.resources({}).rows.map((one) => ({
          id: resource(one),
          parent: place(one.parentResourceId?.resourceType, one.parentResourceId?.resource),
          emails: emailsOf(one).map((email) => place('domain', email.split('@')[1])),
        })),
        entitlements: sync.entitlements({}).rows.map((one) => [place(one.id), resource(one.resource), one.slug]),
        grants: sync.grants({}).rows.map((one) => ({
          entitlement: place(one.entitlement?.id),
          on: resource(one.entitlement?.resource),
          principal: resource(one.principal),
          sources: Object.keys(one.sources?.sources ?? {}).map((id) => place(id)),
          found: sync.grants({ entitlementId: one.entitlement?.id ?? '' }).rows.length,
        })),
        stats: sync.stats(),
      });
    });
  }
  assert.deepEqual(shapes[1], shapes[0]);
});

test('words of the field stay where types, permissions and profile keys are named', async () => {
  const { stdout } = await run(
    'entitlements',
    '-f',
    'clean.c1z',
    '-o',
    'csv',
    '--columns',
    'permission,resource-type-id',
  );
  assert.match(stdout, /^assigned,scope$/m);
  const users = await run('resources', '-f', 'clean.c1z', '-t', 'teammate', '-o', 'jsonl');
  const keys = Object.keys(JSON.parse(users.stdout.split('\n')[0] ?? '').resource.profile);
  assert.equal(keys.length, 3);
  assert.deepEqual(
    keys.filter((key) => !/^[0-9a-f]{24}$/.test(key)),
    ['department', 'user_id'],
  );
});

test('a word that is also a name in the file does not stay', async () => {
  await writeSmallCompany(path('member.c1z'), (sync) => {
    const [one] = sync.resources({}).rows;
    assert.ok(one);
    sync.putResources([{ ...one, displayName: 'Member' }]);
  });
  const flags = ['-f', 'member.c1z', '--out', 'member-clean.c1z', '--allow-unknown-annotations'];
  assert.equal((await run('sanitize', ...flags)).exitCode, 0);
  assert.equal(unpackedBytes(path('member-clean.c1z')).includes('member'), false);
});

describe('times', () => {
  const started = async (file: string) => JSON.parse((await run('syncs', '-f', file, '-o', 'json')).stdout).syncs[0];

  test('the newest sync begins at 2020, and everything keeps its distance', async () => {
    const [original, clean] = [await started('sync.c1z'), await started('clean.c1z')];
    const lasted = (sync: { startedAt: string; endedAt: string }) =>
      Date.parse(sync.endedAt) - Date.parse(sync.startedAt);
    assert.equal(clean.startedAt, '2020-01-01T00:00:00Z');
    assert.equal(lasted(clean), lasted(original));
  });

  test('--anchor says when', async () => {
    assert.equal((await run('sanitize', '--out', 'later.c1z', '--anchor', '2024-02-03T04:05:06+01:00')).exitCode, 0);
    assert.equal((await started('later.c1z')).startedAt, '2024-02-03T03:05:06Z');
  });
});

describe('the secret', () => {
  test('lies beside the copy, long enough and for this user alone', { skip: process.platform === 'win32' }, () => {
    const { mode, size } = statSync(path('clean.c1z.secret'));
    assert.equal(mode & 0o777, 0o600);
    assert.ok(size >= 32);
  });

  test('gives the same masks again, and another secret others', async () => {
    await run('sanitize', '--out', 'again.c1z', '--secret-file', 'clean.c1z.secret');
    await run('sanitize', '--out', 'other.c1z');
    const [first, again, other] = await Promise.all(
      ['clean.c1z', 'again.c1z', 'other.c1z'].map(async (file) => (await run('grants', '-f', file)).stdout),
    );
    assert.equal(again, first);
    assert.notEqual(other, first);
    assert.equal(existsSync(path('again.c1z.secret')), false);
  });

  test('is never overwritten', async () => {
    writeFileSync(path('kept.c1z.secret'), 'mine');
    const { exitCode, stderr } = await run('sanitize', '--out', 'kept.c1z');
    assert.deepEqual([exitCode, existsSync(path('kept.c1z'))], [6, false]);
    assert.match(stderr, /^kept.c1z.secret exists already/);
    assert.equal(readFileSync(path('kept.c1z.secret'), 'utf8'), 'mine');
  });
});

test('annotations of unknown types are refused, or left out when that is allowed', async () => {
  await writeSmallCompany(path('unknown.c1z'));
  const refused = await run('sanitize', '-f', 'unknown.c1z', '--out', 'u.c1z');
  assert.equal(refused.exitCode, 9);
  assert.match(refused.stderr, /annotations of the type acme.Secret, .*--allow-unknown-annotations leaves them out/);
  assert.deepEqual([existsSync(path('u.c1z')), existsSync(path('u.c1z.secret'))], [false, false]);
  const allowed = await run('sanitize', '-f', 'unknown.c1z', '--out', 'u.c1z', '--allow-unknown-annotations');
  assert.equal(allowed.exitCode, 0);
  assert.match(allowed.stderr, /^note: annotations of unknown types are left out: acme.Secret\n/);
  await nothingIsLeft(path('unknown.c1z'), path('u.c1z'));
  assert.equal(unpackedBytes(path('u.c1z')).includes('acme'), false);
});

describe('mistakes', () => {
  const refusals: readonly (readonly [args: readonly string[], exitCode: number, message: RegExp])[] = [
    [[], 2, /^sanitize needs --out, the file to write/],
    [['--out', 'clean.c1z'], 6, /^clean.c1z exists already/],
    [['--out', 'no/x.c1z'], 5, /there is no folder no/],
    [['--out', 'x.c1z', '--out-engine', 'pebble'], 12, /^--out-engine pebble is not offered/],
    [['--out', 'x.c1z', '--out-engine', 'oracle'], 3, /^--out-engine is "oracle"; it takes sqlite/],
    [['--out', 'x.c1z', '--anchor', 'yesterday'], 3, /^--anchor is "yesterday"; it takes a time such as/],
    [['--out', 'x.c1z', '--secret-file', 'none'], 5, /^none does not exist/],
    [['--out', 'x.c1z', '--secret-file', 'short'], 3, /^short holds 5 bytes; a secret needs at least 32/],
    [['--out', 'x.c1z', '-f', 'missing.c1z'], 2, /^missing.c1z does not exist or is empty/],
    [['--out', 'x.c1z', '-f', 'short'], 3, /^short is not a .c1z file/],
  ];
  for (const [args, exitCode, message] of refusals) {
    test(`sanitize ${args.join(' ')}`, async () => {
      writeFileSync(path('short'), 'short');
      const ended = await run('sanitize', ...args);
      assert.match(ended.stderr, message);
      assert.deepEqual([ended.exitCode, ended.stdout], [exitCode, '']);
      assert.deepEqual([existsSync(path('x.c1z')), existsSync(path('x.c1z.secret'))], [false, false]);
    });
  }
});

const samples = join(import.meta.dirname, '../../../../../shared/fixtures/c1z');
const skip = existsSync(samples) ? false : `the sample files are not at ${samples}`;
for (const name of ['in-progress.v1.c1z', 'expanded.v1.c1z']) {
  test(`${name} of the Go SDK: nothing is left of its first rows, and it is in order`, { skip }, async () => {
    rmSync(path('sample.c1z'), { force: true });
    const original = join(samples, name);
    const secret = path('clean.c1z.secret');
    const ended = await run('sanitize', '-f', original, '--out', 'sample.c1z', '--secret-file', secret);
    assert.deepEqual([ended.exitCode, ended.stderr], [0, '']);
    await nothingIsLeft(original, path('sample.c1z'), 100);
    assert.match((await run('verify', '-f', 'sample.c1z')).stderr, /^note: sample.c1z: 0 errors/);
  });
}
