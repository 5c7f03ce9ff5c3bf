import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GrantExpandableSchema, ResourceType_Trait, UserTraitSchema } from '@baton-ts/protocol/connector-v2';
import { findAnnotation, grantExpandable } from './annotations.ts';
import { entitlement, grant } from './entitlement.ts';
import { plainResource, resourceId, resourceType, userResource } from './resource.ts';

const user = resourceType({ id: 'user', displayName: 'User', traits: [ResourceType_Trait.USER] });
const role = resourceType({ id: 'role', displayName: 'Role' });

test('a user carries profile, status and creation time on the resource and in its trait', () => {
  const created = new Date('2025-01-02T03:04:05Z');
  const ann = userResource({
    type: user,
    id: 'ann',
    displayName: 'Ann',
    profile: { team: 'ops' },
    status: { status: 'disabled', details: 'left' },
    createdAt: created,
  });
  const trait = findAnnotation(ann.annotations, UserTraitSchema);
  assert.deepEqual(trait?.profile, ann.profile);
  assert.deepEqual(trait?.createdAt, ann.createdAt);
  assert.deepEqual([ann.status?.status, ann.status?.details], [2, 'left']);
  assert.deepEqual([trait?.status?.status, trait?.status?.details], [2, 'left']);
});

test('ids of entitlements and grants follow the formulas of the format', () => {
  const held = entitlement({
    resource: plainResource({ type: role, id: 'a', displayName: 'A' }),
    slug: 'assigned',
    purpose: 'assignment',
  });
  assert.equal(held.id, 'role:a:assigned');
  assert.equal(held.displayName, 'assigned');
  assert.equal(grant(held, resourceId(user, 'ann')).id, 'role:a:assigned:user:ann');
});

test('grants hold the very objects they were given, so that each is encoded once', () => {
  const held = entitlement({
    resource: plainResource({ type: role, id: 'a', displayName: 'A' }),
    slug: 'x',
    purpose: 'permission',
  });
  const ann = userResource({ type: user, id: 'ann', displayName: 'Ann' });
  const made = grant(held, ann, { annotations: [grantExpandable({ entitlementIds: ['e'], shallow: true })] });
  assert.equal(made.entitlement, held);
  assert.equal(made.principal, ann);
  assert.equal(findAnnotation(made.annotations, GrantExpandableSchema)?.shallow, true);
});
