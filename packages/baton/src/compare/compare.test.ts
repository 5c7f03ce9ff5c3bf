import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { packAny } from '@baton-ts/protocol/annotations';
import { PrincipalsCompareOutputSchema } from '@baton-ts/protocol/baton-v1';
import { type Resource, ResourceSchema, UserTraitSchema } from '@baton-ts/protocol/connector-v2';
import { toProtoJson } from '@baton-ts/protocol/json';
import { registry } from '@baton-ts/protocol/registry';
import { create, fromJsonString } from '@bufbuild/protobuf';
import { isGolden } from '../testing/golden.ts';
import { baton, scratchFolder } from '../testing/program.ts';
import { days, writeSyncs } from '../testing/two-syncs.ts';
import { PrincipalIndex } from './same-principal.ts';

const folder = scratchFolder({ after });
const run = (...args: string[]) => baton(['principals', 'compare', ...args], { cwd: folder });
before(async () => {
  await writeSyncs(join(folder, 'sync.c1z'), days, join(folder, 'monday.c1z'));
});

const twoDays = ['-f', 'monday.c1z', '-e', 'team:ops:member'];

test('a person reads who is missing and who is extra', async () => {
  const { exitCode, stdout, stderr } = await run(...twoDays);
  assert.deepEqual([exitCode, stderr], [0, '']);
  isGolden('principals-compare.console.txt', stdout);
});

test('-o json is one baton.v1.PrincipalsCompareOutput', async () => {
  const { stdout } = await run(...twoDays, '-o', 'json');
  const schema = PrincipalsCompareOutputSchema;
  assert.equal(toProtoJson(schema, fromJsonString(schema, stdout, { registry })), stdout);
  isGolden('principals-compare.json.txt', stdout);
});

test('csv has a line for each difference', async () => {
  const { stdout } = await run(...twoDays, '-o', 'csv', '--columns', 'difference,id');
  assert.equal(stdout, 'Difference,ID\nmissing,ann\nextra,cem\n');
});

test('principals that match are said in a sentence', async () => {
  const { stdout } = await run('-e', 'team:dev:member', '--compare-entitlement', 'team:dev:member');
  assert.equal(stdout, 'The principals of team:dev:member in sync.c1z and of team:dev:member in sync.c1z match.\n');
});

test('an entitlement that nobody knows has no principals, and that is said', async () => {
  const { exitCode, stdout, stderr } = await run('-e', 'x', '--compare-entitlement', 'y', '-o', 'json');
  assert.deepEqual([exitCode, stdout], [0, '{}']);
  assert.match(stderr, /^note: there is no entitlement "x".*\nnote: there is no entitlement "y"/);
});

describe('mistakes', () => {
  test('without an entitlement', async () => {
    const { exitCode, stderr } = await run();
    assert.equal(exitCode, 2);
    assert.match(stderr, /^principals compare needs an entitlement: -e ID/);
  });

  test('a file to compare with that is not there', async () => {
    const { exitCode, stderr } = await run('-e', 'x', '--compare-file', 'missing.c1z');
    assert.equal(exitCode, 2);
    assert.match(stderr, /^missing.c1z does not exist or is empty/);
  });
});

describe('two principals are the same', () => {
  const principal = (id: string, name: string, emails?: readonly string[]) =>
    create(ResourceSchema, {
      id: { resourceType: 'user', resource: id },
      displayName: name,
      annotations:
        emails === undefined
          ? []
          : [packAny(UserTraitSchema, { emails: emails.map((address) => ({ address, isPrimary: false })) })],
    });
  const isSame = (a: Resource, b: Resource) => {
    const index = new PrincipalIndex();
    index.add(a);
    return index.has(b);
  };

  test('when type and id agree', () => assert.ok(isSame(principal('1', 'Ann'), principal('1', 'Bob', []))));
  test('when both are users with an address in common, whatever its case', () =>
    assert.ok(isSame(principal('1', 'Ann', ['x@a', 'Y@a']), principal('2', 'Lee', ['y@a']))));
  test('when both are users and their names agree', () =>
    assert.ok(isSame(principal('1', 'Ann', []), principal('2', 'Ann', []))));
  test('when neither is a user and their names agree', () =>
    assert.ok(isSame(principal('1', 'Ops'), principal('2', 'Ops'))));
  test('not when only one of them is a user, although their names agree', () =>
    assert.equal(isSame(principal('1', 'Ann', []), principal('2', 'Ann')), false));
  test('not when both have no name', () => assert.equal(isSame(principal('1', ''), principal('2', '')), false));
});
