import { openC1z } from '@baton-ts/c1z';
import { packAny } from '@baton-ts/protocol/annotations';
import {
  type Entitlement,
  EntitlementSchema,
  GrantExpandableSchema,
  GrantSchema,
  type Resource,
  ResourceSchema,
  ResourceType_Trait,
  ResourceTypeSchema,
  UserTraitSchema,
} from '@baton-ts/protocol/connector-v2';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';

function resource(
  resourceType: string,
  id: string,
  displayName: string,
  more: Pick<
    MessageInitShape<typeof ResourceSchema>,
    'annotations' | 'createdAt' | 'parentResourceId' | 'profile'
  > = {},
): Resource {
  return create(ResourceSchema, {
    id: { resourceType, resource: id },
    displayName,
    description: `${displayName} of acme`,
    ...more,
  });
}

function teammate(address: string, displayName: string, employeeNumber: number): Resource {
  return resource('teammate', address, displayName, {
    profile: { department: 'Sales', user_id: employeeNumber, 'Acme badge': `badge ${address}` },
    createdAt: timestampFromDate(new Date('2019-05-06T07:08:09Z')),
    annotations: [packAny(UserTraitSchema, { login: `login-${address}`, emails: [{ address, isPrimary: true }] })],
  });
}

function entitlement(on: Resource, slug: string): Entitlement {
  return create(EntitlementSchema, {
    id: `${on.id?.resourceType}:${on.id?.resource}:${slug}`,
    resource: on,
    displayName: `${on.displayName} ${slug}`,
    description: `May use ${on.displayName}`,
    slug,
    grantableTo: [create(ResourceTypeSchema, { id: 'teammate', displayName: 'Teammate' })],
  });
}

function grant(on: Entitlement, principal: Resource, source?: Entitlement) {
  return create(GrantSchema, {
    id: `${on.id}:${principal.id?.resourceType}:${principal.id?.resource}`,
    entitlement: on,
    principal,
    ...(source === undefined ? {} : { sources: { sources: { [source.id]: { isDirect: true } } } }),
  });
}

/** One complete sync that looks like one of SendGrid: people by their addresses, scopes, a subuser, a key, expansion. */
export async function writeSendgridLike(path: string): Promise<void> {
  const account = resource('account', 'acme-1234', 'Acme Incorporated');
  const people = [teammate('ann@acme.example', 'Ann Lee', 4711), teammate('bob@partner.example', 'Bob Ray', 4712)];
  const subuser = resource('subuser', 'acme-marketing', 'Acme Marketing', {
    parentResourceId: { resourceType: 'account', resource: 'acme-1234' },
  });
  const scope = resource('scope', 'mail.send', 'Send mail');
  const key = resource('api-key', 'SG.key-of-ann', 'Key of Ann');
  const [access, assigned] = [entitlement(subuser, 'access'), entitlement(scope, 'assigned')];
  const through = grant(assigned, subuser);
  through.annotations.push(
    packAny(GrantExpandableSchema, { entitlementIds: [access.id], resourceTypeIds: ['teammate'] }),
  );

  const store = await openC1z(path);
  const sync = store.startSync({ syncType: 'full' });
  sync.putResourceTypes([
    create(ResourceTypeSchema, { id: 'teammate', displayName: 'Teammate', traits: [ResourceType_Trait.USER] }),
    ...['account', 'subuser', 'scope', 'api-key'].map((id) => create(ResourceTypeSchema, { id, displayName: id })),
  ]);
  sync.putResources([account, ...people, subuser, scope, key]);
  sync.putEntitlements([access, assigned]);
  sync.putGrants([
    ...people.map((person) => grant(access, person)),
    through,
    ...people.map((person) => grant(assigned, person, access)),
  ]);
  sync.markSupportsDiff();
  await store.finishSync(sync, { syncToken: '{"version":1,"next-page":"next-page of ann@acme.example"}' });
  await store.close();
}
