import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  EnqueuePageTokensSchema,
  type Grant,
  type Resource,
  SkipEntitlementsAndGrantsSchema,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Connector } from '../connector.ts';
import { silentLogger } from '../logger.ts';
import {
  annotation,
  childResourceType,
  exclusionGroup,
  grantExpandable,
  insertResourceGrants,
  skipEntitlementsAndGrants,
  skipGrants,
  typeScopedGrants,
} from '../model/annotations.ts';
import { entitlement, grant } from '../model/entitlement.ts';
import { plainResource, resourceId, resourceType } from '../model/resource.ts';
import type { SyncOptions, SyncResult, SyncSnapshot } from './options.ts';
import { type FileContent, readC1z, syncInto, withC1z } from './testing/c1z-files.ts';
import { admin, ann, assigned, bob, onePage, roleType, smallConnector, userType } from './testing/small-connector.ts';

interface Run {
  readonly result: SyncResult;
  /** The milliseconds it waited before it asked again. */
  readonly waits: readonly number[];
  readonly file: FileContent;
}

async function runInto(path: string, connector: Connector, options: SyncOptions = {}): Promise<Run> {
  let nowMs = 0;
  const waits: number[] = [];
  const clock = {
    now: () => nowMs,
    sleep: async (ms: number) => {
      waits.push(ms);
      nowMs += ms;
    },
  };
  const { signal } = new AbortController();
  const result = await syncInto(path, { connector, logger: silentLogger, signal, options, clock });
  return { result, waits, file: await readC1z(path) };
}

function run(connector: Connector, options?: SyncOptions): Promise<Run> {
  return withC1z((path) => runInto(path, connector, options));
}

const other = plainResource({ type: roleType, id: 'viewer', displayName: 'Viewer' });
const rowsOf = ({ resources, entitlements, grants }: FileContent) => ({ resources, entitlements, grants });

test('everything the connector has is in the finished sync', async () => {
  const { file, result } = await run(smallConnector({}));
  assert.deepEqual(rowsOf(file), {
    resources: ['role:admin', 'user:ann', 'user:bob'],
    entitlements: ['role:admin:assigned'],
    grants: ['role:admin:assigned:user:ann'],
  });
  assert.deepEqual(result.warnings, []);
});

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

test('what is unavailable is asked again after 1, 2, 3 seconds, or when the other side says', async () => {
  let failures = 0;
  const { waits } = await run(
    smallConnector({
      user: {
        list: async () => {
          failures += 1;
          if (failures <= 3) throw new BatonError(Code.Unavailable, 'busy');
          if (failures === 4) throw new BatonError(Code.Unavailable, 'busy', { retryAfterMs: 23_000 });
          return onePage([ann, bob]);
        },
      },
    }),
    { workers: 1 },
  );
  assert.deepEqual(waits, [1_000, 2_000, 3_000, 23_000]);
});

test('when nothing succeeds for ten minutes it gives up, and the sync can be resumed', () =>
  withC1z(async (path) => {
    const down = smallConnector({
      role: { grants: () => Promise.reject(new BatonError(Code.Unavailable, 'SendGrid is down')) },
    });
    await assert.rejects(runInto(path, down), { message: 'SendGrid is down', code: Code.Unavailable });
    const up = smallConnector({ user: { list: () => assert.fail('it listed users again') } });
    const { result } = await runInto(path, up);
    assert.equal(result.resumed, true);
    assert.equal(result.stats.grants, 1);
  }));

test('a resource that vanished is left out with a warning', async () => {
  const { result } = await run(
    smallConnector({ role: { grants: () => Promise.reject(new BatonError(Code.NotFound, 'no such role')) } }),
  );
  assert.match(result.warnings[0] ?? '', /role admin.*no such role/);
});

test('a whole list that is not found stops the sync, since all its resources would seem to be gone', async () => {
  const connector = smallConnector({
    user: { list: () => Promise.reject(new BatonError(Code.NotFound, 'no such page')) },
  });
  await assert.rejects(run(connector), { code: Code.NotFound });
});

test('an interrupted sync of all types is not continued as a sync of some', () =>
  withC1z(async (path) => {
    const failing = smallConnector({
      role: { list: () => Promise.reject(new BatonError(Code.PermissionDenied, 'no')) },
    });
    await assert.rejects(runInto(path, failing));
    const { result, file } = await runInto(path, smallConnector({}), { syncResourceTypes: ['role'] });
    assert.equal(result.resumed, false);
    assert.deepEqual(file.resources, ['role:admin']);
  }));

test('when more than a tenth vanish, the sync as a whole is wrong', async () => {
  const roles = Array.from({ length: 40 }, (_, n) => plainResource({ type: roleType, id: `r${n}`, displayName: '' }));
  const connector = smallConnector({
    role: {
      list: () => onePage(roles),
      entitlements: () => onePage([]),
      grants: () => Promise.reject(new BatonError(Code.NotFound, 'gone')),
    },
  });
  await assert.rejects(run(connector), /Too many warnings: 11 of/);
});

test('any other failure stops the sync with its own message', async () => {
  const connector = smallConnector({
    role: { entitlements: () => Promise.reject(new BatonError(Code.PermissionDenied, 'the key lacks x')) },
  });
  await assert.rejects(run(connector), { message: 'the key lacks x', code: Code.PermissionDenied });
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

test('cancelling stops the sync as cancelled', async () => {
  const cancel = new AbortController();
  const connector = smallConnector({
    user: {
      list: () => {
        cancel.abort();
        return onePage<Resource>([ann, bob]);
      },
    },
  });
  await withC1z((path) =>
    assert.rejects(syncInto(path, { connector, logger: silentLogger, signal: cancel.signal }), {
      name: 'BatonError',
      code: Code.Canceled,
    }),
  );
});

test('a grant to somebody who was never listed is named before the sync is finished, and the next run starts anew', () =>
  withC1z(async (path) => {
    const ghost = grant(assigned, resourceId(userType, 'ghost'));
    await assert.rejects(runInto(path, smallConnector({ role: { grants: () => onePage([ghost]) } })), {
      code: Code.Internal,
      message:
        /I9: grants whose principal was never listed: 1 missing\.\n {2}role:admin:assigned:user:ghost needs user ghost/,
    });
    assert.deepEqual(
      (await readC1z(path)).runs.map((sync) => sync.endedAt),
      [undefined],
    );
    const { result } = await runInto(path, smallConnector({}));
    assert.deepEqual([result.resumed, result.stats.grants], [false, 1]);
  }));

test('a grant on an entitlement, and an entitlement on a resource, that were never listed are named', async () => {
  const hidden = plainResource({ type: roleType, id: 'hidden', displayName: '' });
  const held = entitlement({ resource: hidden, slug: 'x', purpose: 'permission' });
  await assert.rejects(run(smallConnector({ role: { grants: () => onePage([grant(held, ann)]) } })), /I3: [^]*I8: /);
  await assert.rejects(run(smallConnector({ role: { entitlements: () => onePage([assigned, held]) } })), /I7: /);
});

test('an exclusion group with two defaults is refused', async () => {
  const member = (slug: string) =>
    entitlement({
      resource: admin,
      slug,
      purpose: 'permission',
      annotations: [exclusionGroup({ exclusionGroupId: 'level', isDefault: true })],
    });
  await assert.rejects(
    run(smallConnector({ role: { entitlements: () => onePage([assigned, member('a'), member('b')]) } })),
    /I5: the exclusion group "level" has 2 default entitlements/,
  );
});

test('a user without the user trait is refused by name', async () => {
  const plain = plainResource({ type: userType, id: 'eve', displayName: 'Eve' });
  await assert.rejects(
    run(smallConnector({ user: { list: () => onePage([plain]) } })),
    /declares UserTrait, but "eve"/,
  );
});

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

test('a second sync tells what was added, removed and changed since the first, and the first tells nothing', () =>
  withC1z(async (path) => {
    assert.equal((await runInto(path, smallConnector({}))).result.changes, undefined);
    const renamed = { ...bob, displayName: 'Robert' };
    const { result } = await runInto(
      path,
      smallConnector({
        user: { list: () => onePage([ann, renamed]) },
        role: { grants: () => onePage([grant(assigned, renamed)]) },
      }),
      { keepSyncCount: 1 },
    );
    assert.deepEqual(result.changes, {
      resources: { added: {}, removed: {}, changed: { user: 1 } },
      entitlements: { added: {}, removed: {}, changed: {} },
      grants: { added: { role: 1 }, removed: { role: 1 }, changed: {} },
    });
  }));

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

test('progress tells the step and the rows', async () => {
  const seen: SyncSnapshot[] = [];
  await withC1z((path) =>
    syncInto(path, {
      connector: smallConnector({}),
      logger: silentLogger,
      signal: new AbortController().signal,
      progress: { update: (snapshot) => seen.push(snapshot) },
    }),
  );
  assert.deepEqual(
    [...new Set(seen.map(({ step }) => step))],
    ['resource types', 'resources', 'entitlements', 'grants', 'expansion', 'checks', 'saving'],
  );
  assert.equal(seen.at(-1)?.grants, 1);
});
