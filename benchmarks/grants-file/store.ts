import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openC1z } from '@baton-ts/c1z';
import {
  EntitlementSchema,
  type Grant,
  GrantSchema,
  ResourceSchema,
  ResourceTypeSchema,
} from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import { nothing, peakBytes, plus, type Span, time, timeAsync } from './usage.ts';

export const scopesPerPerson = 100;
const peoplePerCheckpoint = 1000;

export interface StoreFigures {
  readonly make: Span;
  readonly put: Span;
  readonly index: Span;
  readonly finish: Span;
  readonly pack: Span;
  readonly fileBytes: number;
  readonly peakBytes: number;
}

/** Writes people × 100 scopes through the store, as a sync does, and packs the file. */
export async function storeRun(folder: string, grants: number): Promise<StoreFigures> {
  const path = join(folder, 'sync.c1z');
  const people = Array.from({ length: Math.ceil(grants / scopesPerPerson) }, (_, index) => person(index));
  const entitlements = Array.from({ length: scopesPerPerson }, (_, index) => entitlement(index));
  const store = await openC1z(path, { tempDir: folder });
  const sync = store.startSync({ syncType: 'full' });

  let make = nothing;
  let put = time(() => {
    sync.putResourceTypes(['teammate', 'scope'].map((id) => create(ResourceTypeSchema, { id, displayName: id })));
    sync.putResources(people);
    sync.putResources(entitlements.map(({ resource }) => resource).filter((resource) => resource !== undefined));
    sync.putEntitlements(entitlements);
  });
  for (const [index, principal] of people.entries()) {
    let rows: Grant[] = [];
    const made = time(() => {
      rows = entitlements.map((entitlement) =>
        create(GrantSchema, { id: `${entitlement.id}:teammate:${principal.id?.resource}`, entitlement, principal }),
      );
    });
    const stored = time(() => {
      sync.putGrants(rows);
      if ((index + 1) % peoplePerCheckpoint === 0) sync.checkpoint('{}');
    });
    make = plus(make, made);
    put = plus(put, stored);
  }
  put = plus(
    put,
    time(() => sync.checkpoint('{}')),
  );
  const index = await timeAsync(() => sync.buildIndexes());
  const finish = await timeAsync(() => store.finishSync(sync, { syncToken: '{}' }));
  const pack = await timeAsync(() => store.close());
  return { make, put, index, finish, pack, fileBytes: statSync(path).size, peakBytes: peakBytes() };
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
