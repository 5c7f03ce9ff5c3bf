// What the tests of this package share: a small account, scratch folders, and a look inside packed files.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Entitlement, Grant, Resource } from '@baton-ts/protocol/connector-v2';
import {
  EntitlementSchema,
  GrantExpandableSchema,
  GrantSchema,
  ResourceSchema,
  ResourceTypeSchema,
} from '@baton-ts/protocol/connector-v2';
import { encode } from '@baton-ts/protocol/encode';
import { create } from '@bufbuild/protobuf';
import { AnySchema } from '@bufbuild/protobuf/wkt';
import { openC1z } from './open.ts';
import type { SyncWriter } from './store.ts';

/** A folder that is gone after the test. */
export function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'c1z-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const fixtures = join(import.meta.dirname, '../../../../shared/fixtures/c1z');

/** The path of a file that the Go tools wrote; undefined, and the test skipped, where the samples are not there. */
export function fixture(t: TestContext, name: string): string | undefined {
  const path = join(fixtures, name);
  if (existsSync(path)) return path;
  t.skip(`the sample files are not at ${fixtures}`);
  return undefined;
}

export function resource(type: string, id: string, parent?: Resource): Resource {
  return create(ResourceSchema, {
    id: { resourceType: type, resource: id },
    displayName: `${type} ${id}`,
    ...(parent?.id === undefined ? {} : { parentResourceId: parent.id }),
  });
}

export function entitlement(on: Resource, slug: string): Entitlement {
  const id = `${on.id?.resourceType}:${on.id?.resource}:${slug}`;
  return create(EntitlementSchema, { id, resource: on, slug, displayName: slug });
}

export function grant(on: Entitlement, principal: Resource, expandFrom: readonly string[] = []): Grant {
  return create(GrantSchema, {
    id: `${on.id}:${principal.id?.resourceType}:${principal.id?.resource}`,
    entitlement: on,
    principal,
    annotations: expandFrom.length === 0 ? [] : [expandable(expandFrom)],
  });
}

export function expandable(entitlementIds: readonly string[]) {
  const value = encode(GrantExpandableSchema, create(GrantExpandableSchema, { entitlementIds: [...entitlementIds] }));
  return create(AnySchema, { typeUrl: 'type.googleapis.com/c1.connector.v2.GrantExpandable', value });
}

/** One group with `people` members: everything a finished sync needs. */
export function putAccount(sync: SyncWriter, people = 3): void {
  const group = resource('group', 'ops');
  const users = Array.from({ length: people }, (_, index) => resource('user', `person-${index}`, group));
  const member = entitlement(group, 'member');
  sync.putResourceTypes([
    create(ResourceTypeSchema, { id: 'user', displayName: 'User' }),
    create(ResourceTypeSchema, { id: 'group', displayName: 'Group' }),
  ]);
  sync.putResources([group, ...users]);
  sync.putEntitlements([member]);
  sync.putGrants(users.map((user) => grant(member, user)));
}

/** Writes one finished full sync and returns its id. */
export async function writeAccount(path: string, people = 3): Promise<string> {
  const store = await openC1z(path);
  const sync = store.startSync({ syncType: 'full' });
  putAccount(sync, people);
  sync.checkpoint('{"version":1}');
  sync.markSupportsDiff();
  await store.finishSync(sync, { syncToken: '{"version":1}', invariantCoverage: ['I5', 'I10'] });
  await store.close();
  return sync.run.syncId;
}

/** The database inside a packed file, for looking at it with nothing of ours in between. */
export function inside(t: TestContext, path: string): DatabaseSync {
  const copy = join(scratch(t), 'db');
  writeFileSync(copy, zstdDecompressSync(readFileSync(path).subarray(5)));
  const db = new DatabaseSync(copy);
  t.after(() => db.close());
  return db;
}

/** Packs a database that a test built or changed by hand. */
export function repack(path: string, database: Buffer): void {
  const frame = zstdCompressSync(database, {
    pledgedSrcSize: database.length,
    params: { [constants.ZSTD_c_checksumFlag]: 1, [constants.ZSTD_c_contentSizeFlag]: 1 },
  });
  writeFileSync(path, Buffer.concat([Buffer.from('C1ZF\0', 'latin1'), frame]));
}

/** Opens what is inside, lets the test change it, and packs it again. */
export function alter(t: TestContext, path: string, change: (db: DatabaseSync) => void): void {
  const copy = join(scratch(t), 'db');
  writeFileSync(copy, zstdDecompressSync(readFileSync(path).subarray(5)));
  const db = new DatabaseSync(copy);
  change(db);
  db.close();
  repack(path, readFileSync(copy));
}

export function only(db: DatabaseSync, sql: string): Record<string, SQLOutputValue> {
  const row = db.prepare(sql).get();
  if (row === undefined) throw new Error(`no row: ${sql}`);
  return row;
}
