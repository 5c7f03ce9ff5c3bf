import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExpandableGrants, expandGrants, type SyncWriter } from '@baton-ts/c1z';
import { type Entitlement, GrantImmutableSchema, type Resource } from '@baton-ts/protocol/connector-v2';
import { grantExpandable, hasAnnotation } from '../model/annotations.ts';
import { entitlement, grant } from '../model/entitlement.ts';
import { plainResource, resourceType } from '../model/resource.ts';
import { forEachPage } from './pages.ts';
import { withWriter } from './testing/c1z-files.ts';

const userType = resourceType({ id: 'user', displayName: 'User' });
const botType = resourceType({ id: 'bot', displayName: 'Bot' });
const groupType = resourceType({ id: 'group', displayName: 'Group' });
const ann = plainResource({ type: userType, id: 'ann', displayName: 'Ann' });
const bot = plainResource({ type: botType, id: 'bot', displayName: 'Bot' });

/** A group with its entitlement `member`, for each name. */
function groups(writer: SyncWriter, names: string): Record<string, { resource: Resource; member: Entitlement }> {
  return Object.fromEntries(
    Array.from(names, (name) => {
      const resource = plainResource({ type: groupType, id: name, displayName: name });
      const member = entitlement({ resource, slug: 'member', purpose: 'assignment' });
      writer.putEntitlements([member]);
      return [name, { resource, member }];
    }),
  );
}

type Group = { resource: Resource; member: Entitlement };
function pass(
  from: Group | undefined,
  to: Group | undefined,
  more: { shallow?: boolean; resourceTypeIds?: string[] } = {},
) {
  assert.ok(from && to);
  return grant(to.member, from.resource, {
    annotations: [grantExpandable({ entitlementIds: [from.member.id], ...more })],
  });
}
function holds(who: Resource, group: Group | undefined) {
  assert.ok(group);
  return grant(group.member, who);
}

async function expand(writer: SyncWriter): Promise<string[]> {
  const warnings: string[] = [];
  await writer.buildIndexes();
  const expandable = new ExpandableGrants();
  await forEachPage(
    (cursor) => writer.grants({ cursor }),
    (rows) => expandable.add(rows),
  );
  await expandGrants(writer, expandable, {
    warn: (message) => warnings.push(message),
    afterBatch: async () => {},
    pause: async () => {},
  });
  return warnings;
}
/** `source→is direct` of one grant; undefined when there is no such grant. */
function sources(writer: SyncWriter, group: string, who = 'user:ann'): Record<string, boolean> | undefined {
  const found = writer.grant(`group:${group}:member:${who}`);
  return (
    found &&
    Object.fromEntries(
      Object.entries(found.sources?.sources ?? {}).map(([id, { isDirect }]) => [id.split(':')[1] ?? '', isDirect]),
    )
  );
}

test('a holder of the source gets the target, immutable, with the source named', () =>
  withWriter(async (writer) => {
    const { a, b } = groups(writer, 'ab');
    writer.putGrants([holds(ann, a), pass(a, b)]);
    await expand(writer);
    assert.deepEqual(sources(writer, 'b'), { a: true });
    assert.ok(hasAnnotation(writer.grant('group:b:member:user:ann')?.annotations ?? [], GrantImmutableSchema));
    assert.deepEqual(sources(writer, 'a'), {}, 'the direct grant stays plain');
  }));

test('what is held directly and inherited names both, and stays revocable', () =>
  withWriter(async (writer) => {
    const { a, b } = groups(writer, 'ab');
    writer.putGrants([holds(ann, a), holds(ann, b), pass(a, b)]);
    await expand(writer);
    assert.deepEqual(sources(writer, 'b'), { b: true, a: true });
    assert.equal(
      hasAnnotation(writer.grant('group:b:member:user:ann')?.annotations ?? [], GrantImmutableSchema),
      false,
    );
  }));

test('along a chain only the first step is direct', () =>
  withWriter(async (writer) => {
    const { a, b, c } = groups(writer, 'abc');
    writer.putGrants([holds(ann, a), pass(b, c), pass(a, b)]);
    await expand(writer);
    assert.deepEqual(sources(writer, 'c'), { b: false });
  }));

test('a diamond gives one grant with both sources', () =>
  withWriter(async (writer) => {
    const { a, b, c, d } = groups(writer, 'abcd');
    writer.putGrants([holds(ann, a), pass(a, b), pass(a, c), pass(b, d), pass(c, d)]);
    await expand(writer);
    assert.deepEqual(sources(writer, 'd'), { b: false, c: false });
  }));

test('a shallow edge passes on direct holders only', () =>
  withWriter(async (writer) => {
    const { a, b, c } = groups(writer, 'abc');
    writer.putGrants([holds(ann, a), holds(bot, b), pass(a, b), pass(b, c, { shallow: true })]);
    await expand(writer);
    assert.equal(sources(writer, 'c'), undefined);
    assert.deepEqual(sources(writer, 'c', 'bot:bot'), { b: true });
  }));

test('a filter passes on holders of its types only', () =>
  withWriter(async (writer) => {
    const { a, b } = groups(writer, 'ab');
    writer.putGrants([holds(ann, a), holds(bot, a), pass(a, b, { resourceTypeIds: ['user'] })]);
    await expand(writer);
    assert.deepEqual(sources(writer, 'b'), { a: true });
    assert.equal(sources(writer, 'b', 'bot:bot'), undefined);
  }));

test('a circle gets what comes from outside, everywhere, and ends', () =>
  withWriter(async (writer) => {
    const { a, b, c } = groups(writer, 'abc');
    writer.putGrants([holds(ann, a), pass(a, b), pass(b, c), pass(c, b)]);
    await expand(writer);
    assert.deepEqual(sources(writer, 'b'), { a: true });
    assert.deepEqual(sources(writer, 'c'), { a: true });
  }));

test('expanding again changes nothing', () =>
  withWriter(async (writer) => {
    const { a, b, c } = groups(writer, 'abc');
    writer.putGrants([holds(ann, a), holds(ann, b), pass(a, b), pass(b, c)]);
    await expand(writer);
    const once = writer.grants({}).rows;
    await expand(writer);
    assert.deepEqual(writer.grants({}).rows, once);
  }));

test('an expansion of an entitlement that does not exist is left out with a warning', () =>
  withWriter(async (writer) => {
    const { a } = groups(writer, 'a');
    assert.ok(a);
    writer.putGrants([grant(a.member, ann, { annotations: [grantExpandable({ entitlementIds: ['gone'] })] })]);
    assert.deepEqual(await expand(writer), [
      'Left out 1 expansions whose entitlement does not exist (for example gone → group:a:member).',
    ]);
  }));

test("a grant that passes on someone else's entitlement is a bug of the connector", () =>
  withWriter(async (writer) => {
    const { a, b } = groups(writer, 'ab');
    assert.ok(a && b);
    writer.putGrants([grant(b.member, ann, { annotations: [grantExpandable({ entitlementIds: [a.member.id] })] })]);
    await assert.rejects(expand(writer), { name: 'BatonError', code: 13 });
  }));
