import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  EnqueuePageTokensSchema,
  type Grant,
  type Resource,
  SkipEntitlementsAndGrantsSchema,
} from '@baton-ts/protocol/connector-v2';
import {
  annotation,
  childResourceType,
  exclusionGroup,
  insertResourceGrants,
  skipEntitlementsAndGrants,
  skipGrants,
  typeScopedGrants,
} from '../model/annotations.ts';
import { entitlement, grant } from '../model/entitlement.ts';
import { plainResource, resourceType } from '../model/resource.ts';
import { run } from './testing/run-sync.ts';
import { admin, ann, assigned, onePage, roleType, smallConnector, userType } from './testing/small-connector.ts';

const other = plainResource({ type: roleType, id: 'viewer', displayName: 'Viewer' });

test('children are listed once for each parent, even when the parent is listed twice', async () => {
  const parents: (string | undefined)[] = [];
  const parent = plainResource({
    type: roleType,
    id: 'admin',
    displayName: 'Admin',
    annotations: [childResourceType('room')],
  });
  const { file } = await run(
    smallConnector({
      role: { list: ({ pageToken }) => onePage([parent], pageToken === '' ? { nextPageToken: '2' } : {}) },
      more: [
        {
          type: resourceType({ id: 'room', displayName: 'Room' }),
          list: ({ parent: under }) => {
            parents.push(under?.resource);
            return onePage(
              under
                ? [
                    plainResource({
                      type: resourceType({ id: 'room', displayName: '' }),
                      id: 'r',
                      displayName: 'R',
                      parent,
                    }),
                  ]
                : [],
            );
          },
        },
      ],
    }),
  );
  assert.deepEqual(parents, [undefined, 'admin']);
  assert.ok(file.resources.includes('room:r'));
});

test('a static entitlement is put on every resource of the type, exclusion groups scoped to it', async () => {
  const owner = entitlement({
    resource: admin,
    slug: 'owner',
    purpose: 'ownership',
    annotations: [exclusionGroup({ exclusionGroupId: 'g', isDefault: true, scopeToResource: true })],
  });
  const { file } = await run(
    smallConnector({
      role: {
        list: () => onePage([admin, other]),
        staticEntitlements: () => onePage([owner]),
        grants: () => onePage<Grant>([]),
      },
    }),
  );
  assert.deepEqual(file.entitlements, ['role:admin:assigned', 'role:admin:owner', 'role:viewer:owner']);
});

test('what is marked to be skipped is not asked for', async () => {
  const asked: string[] = [];
  const listed = [
    plainResource({ type: roleType, id: 'none', displayName: '', annotations: [skipEntitlementsAndGrants()] }),
    plainResource({ type: roleType, id: 'no-grants', displayName: '', annotations: [skipGrants()] }),
  ];
  const note =
    (what: string) =>
    ({ resource }: { resource: Resource }) => {
      asked.push(`${what} ${resource.id?.resource}`);
      return onePage([]);
    };
  await run(
    smallConnector({
      role: { list: () => onePage(listed), entitlements: note('entitlements'), grants: note('grants') },
      user: {
        type: { ...userType, annotations: [annotation(SkipEntitlementsAndGrantsSchema)] },
        grants: note('grants'),
      },
    }),
  );
  assert.deepEqual(asked, ['entitlements no-grants']);
});

test('a whole-type part is asked once for all its resources', async () => {
  const asked: string[] = [];
  await run(
    smallConnector({
      role: {
        type: { ...roleType, annotations: [typeScopedGrants()] },
        list: () => onePage([admin, plainResource({ type: roleType, id: 'viewer', displayName: '' })]),
        grants: ({ resource }) => {
          asked.push(`${resource.id?.resourceType}/${resource.id?.resource}`);
          return onePage([grant(assigned, ann)]);
        },
      },
    }),
  );
  assert.deepEqual(asked, ['role/role']);
});

test('further cursors that a page hands out are all read', async () => {
  const tokens: string[] = [];
  await run(
    smallConnector({
      role: {
        grants: ({ pageToken }) => {
          tokens.push(pageToken);
          return onePage<Grant>(
            [],
            pageToken === '' ? { annotations: [annotation(EnqueuePageTokensSchema, { pageTokens: ['a', 'b'] })] } : {},
          );
        },
      },
    }),
  );
  assert.deepEqual(tokens.toSorted(), ['', 'a', 'b']);
});

test('with InsertResourceGrants the resources that grants are on are stored too', async () => {
  const hidden = plainResource({ type: roleType, id: 'hidden', displayName: 'Hidden' });
  const held = entitlement({ resource: hidden, slug: 'x', purpose: 'permission' });
  const { file } = await run(
    smallConnector({ role: { grants: () => onePage([grant(held, ann)], { annotations: [insertResourceGrants()] }) } }),
  );
  assert.ok(file.resources.includes('role:hidden'));
});

test('a type waits for the types it comes after, and for their children', async () => {
  const order: string[] = [];
  const part = (id: string, listAfter: string[], children?: string) => ({
    type: resourceType({ id, displayName: id }),
    listAfter,
    list: async ({ parent }: { parent: { resource: string } | undefined }) => {
      await new Promise(setImmediate);
      order.push(parent ? `${id} under ${parent.resource}` : id);
      if (parent) return { items: [] };
      return onePage([
        plainResource({
          type: resourceType({ id, displayName: '' }),
          id: `${id}1`,
          displayName: '',
          annotations: children ? [childResourceType(children)] : [],
        }),
      ]);
    },
  });
  const connector = {
    resourceTypes: [part('c', ['b']), part('b', ['a'], 'a'), part('a', [])],
    validate: async () => [],
  };
  await run(connector);
  assert.deepEqual(order, ['a', 'b', 'a under b1', 'c']);
});

test('types that wait for each other are refused', async () => {
  await assert.rejects(
    run(smallConnector({ user: { listAfter: ['role'] }, role: { listAfter: ['user'] } })),
    /wait for each other/,
  );
});

test('a page token that comes back is an error, not an endless list', async () => {
  const connector = smallConnector({
    user: { list: ({ pageToken }) => onePage([], { nextPageToken: pageToken === 'a' ? 'b' : 'a' }) },
  });
  await assert.rejects(
    run(connector),
    /list resources for user: the connector returned the page token "a" a second time/,
  );
});
