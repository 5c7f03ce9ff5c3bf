import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grantExpandable } from '../model/annotations.ts';
import { entitlement, grant } from '../model/entitlement.ts';
import { plainResource } from '../model/resource.ts';
import { withC1z } from './testing/c1z-files.ts';
import { rowsOf, run, runInto } from './testing/run-sync.ts';
import { admin, assigned, bob, onePage, roleType, smallConnector } from './testing/small-connector.ts';

const other = plainResource({ type: roleType, id: 'viewer', displayName: 'Viewer' });

test('only the wanted types are read, and rows that refer to others are left out with one warning', async () => {
  const { file, result } = await run(smallConnector({}), { syncResourceTypes: ['role'] });
  assert.deepEqual(rowsOf(file), { resources: ['role:admin'], entitlements: ['role:admin:assigned'], grants: [] });
  assert.deepEqual(result.warnings, [
    'Left out 1 grants to the resource type "user", which is not in this sync (for example "role:admin:assigned:user:ann").',
  ]);
});

test('an unknown type in the filter is refused by name', async () => {
  await assert.rejects(
    run(smallConnector({}), { syncResourceTypes: ['team'] }),
    /^BatonError: invalid resource type 'team' in filter/,
  );
});

test('without entitlements and grants it is a sync of resources only', async () => {
  const { file } = await run(smallConnector({}), { skipEntitlementsAndGrants: true });
  assert.deepEqual(
    file.runs.map((sync) => sync.syncType),
    ['resources_only'],
  );
});

test('a targeted sync reads the named resources, their entitlements and grants, and nothing else', () =>
  withC1z(async (path) => {
    const before = await runInto(path, smallConnector({}));
    const connector = smallConnector({
      user: { list: () => assert.fail('it listed users') },
      role: { get: async ({ id }) => (id.resource === 'admin' ? admin : undefined) },
    });
    const { result, file } = await runInto(path, connector, {
      syncResources: ['bid:r:role/admin', 'bid:r:role/gone', 'bid:r:user/ann'],
    });
    assert.deepEqual([result.stats.resources, result.stats.entitlements, result.stats.grants], [1, 1, 1]);
    assert.equal(result.warnings.length, 2);
    assert.deepEqual(
      file.runs.map((sync) => [sync.syncType, sync.parentSyncId]),
      [
        ['full', ''],
        ['partial', before.result.syncId],
      ],
    );
  }));

test('an expansion to types that are all absent is removed, not widened to all', async () => {
  const member = entitlement({ resource: other, slug: 'member', purpose: 'assignment' });
  const passed = (resourceTypeIds: string[]) =>
    grant(assigned, other, { annotations: [grantExpandable({ entitlementIds: [member.id], resourceTypeIds })] });
  const withTypes = (resourceTypeIds: string[]) =>
    run(
      smallConnector({
        role: {
          list: () => onePage([admin, other]),
          entitlements: ({ resource }) => onePage([resource.id?.resource === 'admin' ? assigned : member]),
          grants: ({ resource }) =>
            onePage(resource.id?.resource === 'admin' ? [passed(resourceTypeIds)] : [grant(member, bob)]),
        },
      }),
    );
  const inherited = 'role:admin:assigned:user:bob';
  assert.equal((await withTypes(['team'])).file.grants.includes(inherited), false);
  assert.equal((await withTypes(['team', 'user'])).file.grants.includes(inherited), true);
});

test('no more actions run at once than there are workers, and they do run at once', async () => {
  let running = 0;
  let most = 0;
  const roles = Array.from({ length: 30 }, (_, n) => plainResource({ type: roleType, id: `r${n}`, displayName: '' }));
  await run(
    smallConnector({
      role: {
        list: () => onePage(roles),
        entitlements: () => onePage([]),
        grants: async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise(setImmediate);
          running -= 1;
          return { items: [] };
        },
      },
    }),
    { workers: 4 },
  );
  assert.equal(most, 4);
});
