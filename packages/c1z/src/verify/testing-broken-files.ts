import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { packAny } from '@baton-ts/protocol/annotations';
import {
  EntitlementExclusionGroupSchema,
  EntitlementSchema,
  GrantExpandableSchema,
  GrantSchema,
  ResourceType_Trait,
  ResourceTypeSchema,
} from '@baton-ts/protocol/connector-v2';
import { encode } from '@baton-ts/protocol/encode';
import { create, fromBinary } from '@bufbuild/protobuf';
import { entitlement, resource } from '../testing.ts';

export const sql = (statement: string) => (db: DatabaseSync) => db.exec(statement);

/** Replaces the data of a table's first row. */
export const data = (table: string, change: (bytes: Uint8Array) => Uint8Array) => (db: DatabaseSync) => {
  const row = db.prepare(`select id, data from ${table} order by id limit 1`).get();
  assert.ok(row?.['data'] instanceof Uint8Array);
  db.prepare(`update ${table} set data = ? where id = ?`).run(change(row['data']), Number(row['id']));
};

/** Each way to break a sound file of `writeAccount`, and what the check says of it. */
export const brokenFiles: readonly (readonly [
  broken: string,
  change: (db: DatabaseSync) => void,
  rules: readonly string[],
])[] = [
  ['a table that is missing', sql('drop table v1_assets'), ['error index-missing', 'error table-missing']],
  ['a column that is missing', sql('alter table v1_assets drop column content_type'), ['error column-missing']],
  [
    'a column of a later schema that is missing',
    sql('alter table v1_sync_runs drop column stats'),
    ['warning column-missing'],
  ],
  [
    'a column that is not part of the format',
    sql('alter table v1_grants add column note text'),
    ['error foreign-column'],
  ],
  ['a table that is not part of the format', sql('create table notes (text)'), ['warning foreign-table']],
  ['a unique index that is missing', sql('drop index idx_grants_external_sync_v1'), ['error index-missing']],
  ['another index that is missing', sql('drop index idx_grants_principal_id_v1'), ['warning index-missing']],
  [
    'an index over other columns',
    sql(
      'drop index idx_grants_principal_id_v1; create index idx_grants_principal_id_v1 on v1_grants (principal_resource_id)',
    ),
    ['warning index-differs'],
  ],
  [
    'a row number that cannot be read',
    sql('update v1_grants set id = 1152921504606846977 where id = 2'),
    ['error row-number'],
  ],
  ['a time with a zone', sql("update v1_sync_runs set ended_at = '2026-01-02T03:04:05Z'"), ['warning time-layout']],
  ['a time that is none', sql("update v1_sync_runs set ended_at = 'yesterday'"), ['error time-unreadable']],
  ['a sync type of somebody else', sql("update v1_sync_runs set sync_type = 'nightly'"), ['warning sync-type']],
  ['a full sync with a parent', sql("update v1_sync_runs set parent_sync_id = 'x'"), ['error parent-of-whole-sync']],
  ['a token that is no JSON', sql("update v1_sync_runs set sync_token = '{'"), ['error sync-token']],
  [
    'a finished sync with actions to do',
    sql(`update v1_sync_runs set sync_token = '{"version":1,"action_order":["1"]}'`),
    ['error finished-with-actions'],
  ],
  [
    'half of the invariant columns',
    sql("update v1_sync_runs set ingest_invariant_mode = ''"),
    ['error invariant-columns'],
  ],
  [
    'statistics that do not count the rows',
    sql(`update v1_sync_runs set stats = '{"resource_types":2,"grants":99}'`),
    ['error stats'],
  ],
  [
    'session rows of a finished sync',
    sql("insert into v1_connector_sessions (sync_id, key, value) select sync_id, 'k', x'00' from v1_sync_runs"),
    ['warning session-rows-left'],
  ],
  [
    'a sync id that is no KSUID',
    sql("update v1_sync_runs set sync_id = 'monday'"),
    ['error rows-without-sync', 'error sync-id', 'error stats'].sort(),
  ],
  ['data that is no message', data('v1_resources', () => Buffer.from([0xff, 0xff])), ['error data-undecodable']],
  ['data stored as text', sql("update v1_resources set data = 'x' where id = 1"), ['error column-storage']],
  [
    'an id that the data does not say',
    sql("update v1_resources set external_id = 'group:other' where id = 1"),
    [
      'error column-differs',
      'error entitlement-resource-missing',
      'error grant-resource-missing',
      'error resource-parent-missing',
    ],
  ],
  [
    'a parent that the data does not say',
    sql('update v1_resources set parent_resource_type_id = null, parent_resource_id = null where id = 2'),
    ['error column-differs'],
  ],
  [
    'a grant that the data gives to another',
    sql("update v1_grants set principal_resource_id = 'person-1' where id = 1"),
    ['error column-differs', 'error grant-twice'],
  ],
  [
    'a resource of an unknown type',
    sql("delete from v1_resource_types where external_id = 'user'; update v1_sync_runs set stats = null"),
    ['error resource-type-missing'],
  ],
  [
    'a principal that is not there',
    sql("delete from v1_resources where external_id = 'user:person-0'; update v1_sync_runs set stats = null"),
    ['error grant-principal-missing'],
  ],
  [
    'an entitlement that is not there',
    sql('delete from v1_entitlements; update v1_sync_runs set stats = null'),
    ['error grant-entitlement-missing'],
  ],
  [
    'a resource without the annotation of its trait',
    data('v1_resource_types', (bytes) =>
      encode(ResourceTypeSchema, { ...fromBinary(ResourceTypeSchema, bytes), traits: [ResourceType_Trait.USER] }),
    ),
    ['error trait-missing'],
  ],
  [
    'an expansion without an id',
    sql("update v1_grants set expansion = x'', needs_expansion = 1 where id = 1"),
    ['error expansion'],
  ],
  [
    'an expansion flag without an expansion',
    sql('update v1_grants set needs_expansion = 1 where id = 1'),
    ['error needs-expansion'],
  ],
  [
    'a grant that keeps its expansion inside',
    data('v1_grants', (bytes) => {
      const grant = fromBinary(GrantSchema, bytes);
      grant.annotations.push(packAny(GrantExpandableSchema, { entitlementIds: ['group:ops:member'] }));
      return encode(GrantSchema, grant);
    }),
    ['warning expandable-inside'],
  ],
  [
    'a grant without its entitlement and principal',
    data('v1_grants', (bytes) => encode(GrantSchema, create(GrantSchema, { id: fromBinary(GrantSchema, bytes).id }))),
    ['warning slim-grant'],
  ],
  [
    'fields in another order',
    data('v1_grants', (bytes) => {
      const { id } = fromBinary(GrantSchema, bytes);
      const idField = encode(GrantSchema, create(GrantSchema, { id }));
      return Buffer.concat([idField, bytes.subarray(0, bytes.length - idField.length)]);
    }),
    ['warning encoding'],
  ],
  [
    'one id in two rows',
    sql(
      'drop index idx_resources_parent_resource_id_v1; insert into v1_resources (resource_type_id, external_id, data, sync_id, discovered_at) select resource_type_id, external_id, data, sync_id, discovered_at from v1_resources where id = 1; update v1_sync_runs set stats = null',
    ),
    ['error id-twice', 'error index-missing'],
  ],
  [
    'an exclusion group with two defaults',
    (db) => {
      const insert = db.prepare(
        'insert into v1_entitlements (resource_type_id, resource_id, external_id, data, sync_id, discovered_at) select ?, ?, ?, ?, sync_id, started_at from v1_sync_runs',
      );
      for (const slug of ['reader', 'writer']) {
        const held = entitlement(resource('group', 'ops'), slug);
        held.annotations.push(packAny(EntitlementExclusionGroupSchema, { exclusionGroupId: 'level', isDefault: true }));
        insert.run('group', 'ops', held.id, encode(EntitlementSchema, held));
      }
      db.exec('update v1_sync_runs set stats = null');
    },
    ['error exclusion-group'],
  ],
];
