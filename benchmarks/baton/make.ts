import { openC1z } from '@baton-ts/c1z';
import { packAny } from '@baton-ts/protocol/annotations';
import {
  EntitlementSchema,
  GrantSchema,
  ResourceSchema,
  ResourceType_Trait,
  ResourceTypeSchema,
  UserTraitSchema,
} from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';

const scopesPerPerson = 100;
const peoplePerCheckpoint = 1000;

/**
 * Writes one complete sync of people × 100 scopes.
 *
 * @param isLater in the later of two syncs one person in a hundred lost a scope, and one in a hundred has another name, in each of the person's grants
 */
export async function makeFile(path: string, folder: string, grants: number, isLater: boolean): Promise<void> {
  const people = Array.from({ length: Math.ceil(grants / scopesPerPerson) }, (_, index) => person(index, isLater));
  const scopes = Array.from({ length: scopesPerPerson }, (_, index) => entitlement(index));
  const store = await openC1z(path, { tempDir: folder });
  const sync = store.startSync({ syncType: 'full' });
  sync.putResourceTypes([
    create(ResourceTypeSchema, { id: 'teammate', displayName: 'Teammate', traits: [ResourceType_Trait.USER] }),
    create(ResourceTypeSchema, { id: 'scope', displayName: 'Scope' }),
  ]);
  sync.putResources([...people, ...scopes.flatMap(({ resource }) => resource ?? [])]);
  sync.putEntitlements(scopes);
  for (const [index, principal] of people.entries()) {
    const held = isLater && index % 100 === 0 ? scopes.slice(1) : scopes;
    sync.putGrants(
      held.map((scope) =>
        create(GrantSchema, { id: `${scope.id}:teammate:${principal.id?.resource}`, entitlement: scope, principal }),
      ),
    );
    if ((index + 1) % peoplePerCheckpoint === 0) sync.checkpoint('{}');
  }
  sync.checkpoint('{}');
  await store.finishSync(sync, { syncToken: '' });
  await store.close();
}

function person(index: number, isLater: boolean) {
  const address = `person-${index}@example.com`;
  return create(ResourceSchema, {
    id: { resourceType: 'teammate', resource: address },
    displayName: `Person Number ${index}${isLater && index % 100 === 5 ? ' renamed' : ''}`,
    profile: { first_name: 'Person', last_name: `Number ${index}`, user_id: String(index) },
    annotations: [packAny(UserTraitSchema, { emails: [{ address, isPrimary: true }], login: address })],
  });
}

function entitlement(index: number) {
  const id = `group-${index % 10}.scope-${index}.read`;
  return create(EntitlementSchema, {
    id: `scope:${id}:assigned`,
    resource: create(ResourceSchema, { id: { resourceType: 'scope', resource: id }, displayName: `Scope ${index}` }),
    displayName: `Scope ${index} assigned`,
    description: 'May read one part of the account',
    slug: 'assigned',
  });
}
