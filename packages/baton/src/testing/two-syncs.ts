import { copyFileSync } from 'node:fs';
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

const user = (id: string, displayName: string) =>
  create(ResourceSchema, {
    id: { resourceType: 'user', resource: id },
    displayName,
    annotations: [packAny(UserTraitSchema, { emails: [{ address: `${id}@acme.example`, isPrimary: true }] })],
  });
const team = (id: string, displayName: string) =>
  create(ResourceSchema, { id: { resourceType: 'team', resource: id }, displayName });
const member = (of: ReturnType<typeof team>) =>
  create(EntitlementSchema, {
    id: `team:${of.id?.resource}:member`,
    resource: of,
    slug: 'member',
    displayName: `${of.displayName} member`,
  });
const grant = (entitlement: ReturnType<typeof member>, principal: ReturnType<typeof user>) =>
  create(GrantSchema, {
    id: `${entitlement.id}:user:${principal.id?.resource}`,
    entitlement,
    principal,
  });

interface Snapshot {
  readonly users: Readonly<Record<string, string>>;
  /** Who is in which team. */
  readonly teams: Readonly<Record<string, readonly string[]>>;
}

/** Monday and Tuesday: Ann left, Bob has another name and another team, Cem came. */
export const days: readonly Snapshot[] = [
  { users: { ann: 'Ann Lee', bob: 'Bob' }, teams: { ops: ['ann', 'bob'], dev: ['ann'] } },
  { users: { bob: 'Bob Ray', cem: 'Cem' }, teams: { ops: ['bob', 'cem'], dev: ['bob'], qa: [] } },
];

/** One file with a complete sync of each day, and, if a path is given, one as it was before the last. Returns the ids. */
export async function writeSyncs(path: string, snapshots: readonly Snapshot[], beforeLast?: string): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, { users, teams }] of snapshots.entries()) {
    if (beforeLast !== undefined && index === snapshots.length - 1) copyFileSync(path, beforeLast);
    const store = await openC1z(path);
    const sync = store.startSync({ syncType: 'full' });
    ids.push(sync.run.syncId);
    sync.putResourceTypes([
      create(ResourceTypeSchema, { id: 'user', displayName: 'User', traits: [ResourceType_Trait.USER] }),
      create(ResourceTypeSchema, { id: 'team', displayName: 'Team' }),
    ]);
    const people = new Map(Object.entries(users).map(([id, name]) => [id, user(id, name)]));
    sync.putResources([...people.values()]);
    for (const [id, members] of Object.entries(teams)) {
      const on = team(id, id.toUpperCase());
      sync.putResources([on]);
      sync.putEntitlements([member(on)]);
      sync.putGrants(members.flatMap((name) => people.get(name) ?? []).map((who) => grant(member(on), who)));
    }
    await store.finishSync(sync, { syncToken: '' });
    await store.close();
  }
  return ids;
}
