import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code } from '@baton-ts/protocol/errors';
import { exclusionGroup } from '../model/annotations.ts';
import { entitlement, grant } from '../model/entitlement.ts';
import { plainResource, resourceId } from '../model/resource.ts';
import { readC1z, withC1z } from './testing/c1z-files.ts';
import { run, runInto } from './testing/run-sync.ts';
import { admin, ann, assigned, onePage, roleType, smallConnector, userType } from './testing/small-connector.ts';

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
