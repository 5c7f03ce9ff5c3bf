import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { AnySchema, DurationSchema, StructSchema } from '@bufbuild/protobuf/wkt';
import { packAny } from './annotations.ts';
import { GrantListOutputSchema } from './baton-v1.ts';
import { ConfigurationSchema, FieldSchema } from './config-v1.ts';
import {
  Capability,
  ConnectorCapabilitiesSchema,
  GrantExpandableSchema,
  GrantSchema,
  ResourceSchema,
  ResourceType_Trait,
  SkipEntitlementsAndGrantsSchema,
} from './connector-v2.ts';
import { BatonError, Code } from './errors.ts';
import { fromProtoJson, toProtoJson } from './json.ts';
import { SyncRunSchema } from './reader-v2.ts';

test('names are lowerCamelCase, enums are names, 64-bit numbers are strings, zero values are left out', () => {
  const capabilities = create(ConnectorCapabilitiesSchema, {
    resourceTypeCapabilities: [
      {
        resourceType: { id: 'teammate', displayName: 'Teammate', traits: [ResourceType_Trait.USER], description: '' },
        capabilities: [Capability.SYNC],
        permissions: {},
        optInRequired: false,
      },
    ],
    credentialDetails: {},
  });
  assert.equal(
    toProtoJson(ConnectorCapabilitiesSchema, capabilities),
    '{"resourceTypeCapabilities":[{"resourceType":{"id":"teammate","displayName":"Teammate","traits":["TRAIT_USER"]},' +
      '"capabilities":["CAPABILITY_SYNC"],"permissions":{}}],"credentialDetails":{}}',
  );
  const run = create(SyncRunSchema, { stats: { grants: 9007199254740993n } });
  assert.equal(toProtoJson(SyncRunSchema, run), '{"stats":{"grants":"9007199254740993"}}');
});

test('keys come in the order of the .proto file: the sources of a grant before its annotations', () => {
  const grant = create(GrantSchema, {
    id: 'g',
    annotations: [packAny(GrantExpandableSchema, { shallow: true })],
    sources: { sources: { b: {}, a: { isDirect: true } } },
  });
  assert.equal(
    toProtoJson(GrantSchema, grant),
    '{"id":"g","sources":{"sources":{"a":{"isDirect":true},"b":{}}},' +
      '"annotations":[{"@type":"type.googleapis.com/c1.connector.v2.GrantExpandable","shallow":true}]}',
  );
});

test('map keys are sorted as text, also those that look like numbers, in profiles too', () => {
  const run = create(SyncRunSchema, { stats: { resourcesByResourceType: { b: 1n, 10: 2n, 9: 3n } } });
  assert.equal(toProtoJson(SyncRunSchema, run), '{"stats":{"resourcesByResourceType":{"10":"2","9":"3","b":"1"}}}');
  const resource = create(ResourceSchema, { profile: { z: [null, { 2: 0.5, 10: true }], a: '' } });
  assert.equal(toProtoJson(ResourceSchema, resource), '{"profile":{"a":"","z":[null,{"10":true,"2":0.5}]}}');
});

test('times are RFC 3339 in UTC with as many digits as they need', () => {
  const run = create(SyncRunSchema, {
    startedAt: { seconds: 1_700_000_000n },
    endedAt: { seconds: 1_700_000_001n, nanos: 500_000_000 },
  });
  assert.equal(
    toProtoJson(SyncRunSchema, run),
    '{"startedAt":"2023-11-14T22:13:20Z","endedAt":"2023-11-14T22:13:21.500Z"}',
  );
});

test('an Any of a type with its own JSON form holds it as value', () => {
  assert.equal(
    toProtoJson(AnySchema, packAny(DurationSchema, { seconds: 90n })),
    '{"@type":"type.googleapis.com/google.protobuf.Duration","value":"90s"}',
  );
  const struct = packAny(StructSchema, { fields: { a: { kind: { case: 'numberValue', value: 1 } } } });
  assert.equal(
    toProtoJson(AnySchema, struct),
    '{"@type":"type.googleapis.com/google.protobuf.Struct","value":{"a":1}}',
  );
});

test('an Any of an unknown type is left out and reported', () => {
  const unknown: string[] = [];
  const resource = create(ResourceSchema, {
    displayName: 'Ada',
    annotations: [create(AnySchema, { typeUrl: 'type.googleapis.com/acme.v1.Own' })],
  });
  const text = toProtoJson(ResourceSchema, resource, { onUnknownAny: (typeName) => unknown.push(typeName) });
  assert.equal(text, '{"displayName":"Ada"}');
  assert.deepEqual(unknown, ['acme.v1.Own']);
});

test('an Any whose bytes are not its type is an error', () => {
  const broken = create(AnySchema, {
    typeUrl: 'type.googleapis.com/c1.connector.v2.GrantExpandable',
    value: Uint8Array.of(0x0a, 0x7f),
  });
  assert.throws(
    () => toProtoJson(ResourceSchema, create(ResourceSchema, { annotations: [broken] })),
    (error) => BatonError.is(error) && error.code === Code.DataLoss,
  );
});

test('an empty list of results is an empty object', () => {
  assert.equal(toProtoJson(GrantListOutputSchema, create(GrantListOutputSchema)), '{}');
  assert.equal(toProtoJson(GrantListOutputSchema, create(GrantListOutputSchema), { indent: 2 }), '{}');
});

test('indented JSON has one key a line and no newline at the end', () => {
  const configuration = create(ConfigurationSchema, {
    fields: [{ name: 'api-key', isSecret: true, field: { case: 'boolField', value: {} } }],
  });
  assert.equal(
    toProtoJson(ConfigurationSchema, configuration, { indent: 2 }),
    `{
  "fields": [
    {
      "name": "api-key",
      "isSecret": true,
      "boolField": {}
    }
  ]
}`,
  );
});

test('the config flavour escapes what would be dangerous in a web page', () => {
  const field = create(FieldSchema, { description: '<a> & b' });
  assert.equal(toProtoJson(FieldSchema, field), '{"description":"<a> & b"}');
  assert.equal(toProtoJson(FieldSchema, field, { escapeHtml: true }), '{"description":"\\u003ca\\u003e \\u0026 b"}');
});

test('an optional field that is set to zero is written', () => {
  const field = create(FieldSchema, { field: { case: 'intField', value: { rules: { gte: 0n } } } });
  assert.equal(toProtoJson(FieldSchema, field), '{"intField":{"rules":{"gte":"0"}}}');
});

test('what is written can be read back, annotations included', () => {
  const resource = create(ResourceSchema, {
    id: { resourceType: 'teammate', resource: 'ada' },
    annotations: [packAny(SkipEntitlementsAndGrantsSchema, {})],
    profile: { login: 'ada' },
  });
  assert.deepEqual(fromProtoJson(ResourceSchema, toProtoJson(ResourceSchema, resource), 'a test'), resource);
});

test('text that is not such JSON is refused by the name of its source', () => {
  assert.throws(
    () => fromProtoJson(ResourceSchema, '{"displayName": 7}', 'resource.json'),
    (error) => BatonError.is(error) && error.message.startsWith('resource.json is not a c1.connector.v2.Resource'),
  );
});
