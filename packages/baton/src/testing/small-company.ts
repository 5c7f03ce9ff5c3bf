import { openC1z, type SyncWriter } from '@baton-ts/c1z';
import { packAny } from '@baton-ts/protocol/annotations';
import {
  type Entitlement,
  EntitlementSchema,
  GrantSchema,
  type Resource,
  ResourceSchema,
  ResourceType_Trait,
  ResourceTypeSchema,
  Status_ResourceStatus,
  UserTraitSchema,
} from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';

/** People of a small company whose names try what a name can do to a table, a terminal and a spreadsheet. */
export const people = {
  ann: person('ann', 'Ann Lee', { department: 'Sales' }),
  bob: person('bob', '=HYPERLINK("http://x")', { department: 'Ops' }),
  chi: person('chi', '山田 太郎', {}),
  dan: person('dan', 'Dan\n\u001B[31mred', { department: 'Ops' }, Status_ResourceStatus.DISABLED),
};
const company = create(ResourceSchema, { id: { resourceType: 'org', resource: 'acme' }, displayName: 'Acme, Inc.' });
const ops = create(ResourceSchema, {
  id: { resourceType: 'group', resource: 'ops' },
  displayName: 'Ops',
  parentResourceId: { resourceType: 'org', resource: 'acme' },
});
const member = entitlement(ops, 'member');
const owner = entitlement(company, 'owner');

function person(
  id: string,
  displayName: string,
  profile: Record<string, string>,
  status: Status_ResourceStatus = Status_ResourceStatus.ENABLED,
): Resource {
  return create(ResourceSchema, {
    id: { resourceType: 'user', resource: id },
    displayName,
    profile,
    status: { status },
    annotations: [
      packAny(UserTraitSchema, { login: id, emails: [{ address: `${id}@acme.example`, isPrimary: true }] }),
      // Nobody here knows this type: it is left out of JSON.
      { $typeName: 'google.protobuf.Any', typeUrl: 'type.googleapis.com/acme.Secret', value: new Uint8Array([1]) },
    ],
  });
}

function entitlement(on: Resource, slug: string): Entitlement {
  const id = `${on.id?.resourceType}:${on.id?.resource}:${slug}`;
  return create(EntitlementSchema, { id, resource: on, slug, displayName: `${on.displayName} ${slug}`, purpose: 1 });
}

function grant(on: Entitlement, principal: Resource, through?: Entitlement) {
  return create(GrantSchema, {
    id: `${on.id}:${principal.id?.resourceType}:${principal.id?.resource}`,
    entitlement: on,
    principal,
    ...(through === undefined ? {} : { sources: { sources: { [through.id]: { isDirect: false } } } }),
  });
}

/** One finished full sync of the company. Returns its id. */
export async function writeSmallCompany(path: string, change: (sync: SyncWriter) => void = () => {}): Promise<string> {
  const store = await openC1z(path);
  const sync = store.startSync({ syncType: 'full' });
  sync.putResourceTypes([
    create(ResourceTypeSchema, { id: 'org', displayName: 'Organisation' }),
    create(ResourceTypeSchema, { id: 'group', displayName: 'Group', traits: [ResourceType_Trait.GROUP] }),
    create(ResourceTypeSchema, { id: 'user', displayName: 'User', traits: [ResourceType_Trait.USER] }),
  ]);
  sync.putResources([company, ops, ...Object.values(people)]);
  sync.putEntitlements([owner, member]);
  sync.putGrants([
    grant(member, people.bob),
    grant(member, people.ann),
    grant(owner, people.ann),
    grant(member, people.dan, owner),
  ]);
  change(sync);
  sync.checkpoint('{"version":1}');
  await store.finishSync(sync, { syncToken: '{"version":1}' });
  await store.close();
  return sync.run.syncId;
}

/** A grant to somebody whom the file does not hold. */
export function grantToNobody() {
  return grant(member, person('eve', 'Eve', {}));
}
