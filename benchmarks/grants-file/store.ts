import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openC1z } from '@baton-ts/c1z';
import { EntitlementSchema, GrantSchema, ResourceSchema, ResourceTypeSchema } from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import { measured, type Usage } from './usage.ts';

export const scopesPerPerson = 100;
const peoplePerCheckpoint = 1000;

export interface StoreFigures extends Usage {
  readonly makeMs: number;
  readonly putMs: number;
  readonly indexMs: number;
  readonly finishMs: number;
  readonly packMs: number;
  readonly fileBytes: number;
}

/** Writes people × 100 scopes through the store, as a sync does, and packs the file. */
export async function storeRun(folder: string, grants: number): Promise<StoreFigures> {
  const path = join(folder, 'sync.c1z');
  const people = Array.from({ length: Math.ceil(grants / scopesPerPerson) }, (_, index) => person(index));
  const entitlements = Array.from({ length: scopesPerPerson }, (_, index) => entitlement(index));
  const store = await openC1z(path, { tempDir: folder });
  const sync = store.startSync({ syncType: 'full' });
  const clock = measured();

  let makeMs = 0;
  let putMs = clock.time(() => {
    sync.putResourceTypes(['teammate', 'scope'].map((id) => create(ResourceTypeSchema, { id, displayName: id })));
    sync.putResources(people);
    sync.putResources(entitlements.map(({ resource }) => resource).filter((resource) => resource !== undefined));
    sync.putEntitlements(entitlements);
  });
  for (const [index, principal] of people.entries()) {
    const startedAt = performance.now();
    const rows = entitlements.map((entitlement) =>
      create(GrantSchema, { id: `${entitlement.id}:teammate:${principal.id?.resource}`, entitlement, principal }),
    );
    makeMs += performance.now() - startedAt;
    putMs += clock.time(() => {
      sync.putGrants(rows);
      if ((index + 1) % peoplePerCheckpoint === 0) sync.checkpoint('{}');
    });
  }
  putMs += clock.time(() => sync.checkpoint('{}'));
  const indexMs = await clock.timeAsync(() => sync.buildIndexes());
  const finishMs = await clock.timeAsync(() => store.finishSync(sync, { syncToken: '{}' }));
  const packMs = await clock.timeAsync(() => store.close());
  return { makeMs, putMs, indexMs, finishMs, packMs, fileBytes: statSync(path).size, ...clock.usage() };
}

function person(index: number) {
  return create(ResourceSchema, {
    id: { resourceType: 'teammate', resource: `person-${index}@example.com` },
    displayName: `Person Number ${index}`,
    description: 'A teammate of the account',
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
