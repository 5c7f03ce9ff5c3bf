import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { AnySchema } from '@bufbuild/protobuf/wkt';
import {
  ConnectorAccountCreationSchemaSchema,
  GrantSchema,
  ResourceSchema,
  SecurityInsightTraitSchema,
} from './connector-v2.ts';
import { encode } from './encode.ts';
import { BatonError, Code } from './errors.ts';
import { SyncStatsSchema } from './reader-v2.ts';
import { protocolFiles } from './registry.ts';
import { testSeed } from './testing/random-numbers.ts';
import { sampleMessage } from './testing/sample-message.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('map entries are written by key, whatever the order they were added in', () => {
  const one = create(SyncStatsSchema, { grantsByResourceType: { role: 2n, scope: 1n, 'api-key': 3n } });
  const other = create(SyncStatsSchema, { grantsByResourceType: { scope: 1n, 'api-key': 3n, role: 2n } });
  assert.equal(hex(encode(SyncStatsSchema, one)), hex(encode(SyncStatsSchema, other)));
  assert.deepEqual(Object.keys(fromBinary(SyncStatsSchema, encode(SyncStatsSchema, one)).grantsByResourceType), [
    'api-key',
    'role',
    'scope',
  ]);
});

test('keys that look like numbers are ordered as text, as Go orders them', () => {
  const bytes = encode(SyncStatsSchema, create(SyncStatsSchema, { grantsByResourceType: { 9: 1n, 10: 2n, '!': 3n } }));
  const text = Buffer.from(bytes).toString('latin1');
  assert.ok(text.indexOf('!') < text.indexOf('10') && text.indexOf('10') < text.indexOf('9'));
});

test('keys beyond the Basic Multilingual Plane come after those within it', () => {
  const entries = { '\u{1F600}': { isDirect: true }, '\uFF5E': {} };
  const bytes = encode(GrantSchema, create(GrantSchema, { sources: { sources: entries } }));
  assert.ok(Buffer.from(bytes).indexOf('\uFF5E') < Buffer.from(bytes).indexOf('\u{1F600}'));
});

test('sources of a grant and profiles nested in it are stable', () => {
  const make = (keys: readonly string[]) =>
    create(GrantSchema, {
      id: 'g',
      principal: {
        profile: Object.fromEntries(keys.map((key) => [key, { list: [Object.fromEntries(keys.map((k) => [k, 1]))] }])),
      },
      sources: { sources: Object.fromEntries(keys.map((key) => [key, { isDirect: key === 'b' }])) },
    });
  assert.equal(hex(encode(GrantSchema, make(['a', 'b', 'c']))), hex(encode(GrantSchema, make(['c', 'a', 'b']))));
});

test('a map within a map value is stable', () => {
  const field = (keys: readonly string[]) => ({
    field: {
      case: 'mapField' as const,
      value: { defaultValue: Object.fromEntries(keys.map((key) => [key, { displayName: key }])) },
    },
  });
  const make = (keys: readonly string[]) =>
    create(ConnectorAccountCreationSchemaSchema, { fieldMap: { outer: field(keys), another: field(keys) } });
  assert.equal(
    hex(encode(ConnectorAccountCreationSchemaSchema, make(['x', 'y']))),
    hex(encode(ConnectorAccountCreationSchemaSchema, make(['y', 'x']))),
  );
});

test('members of a oneof follow the other fields even when their numbers are lower', () => {
  const insight: MessageInitShape<typeof SecurityInsightTraitSchema> = {
    insightType: { case: 'issue', value: {} },
    target: { case: 'user', value: {} },
    observedAt: { seconds: 1n },
  };
  const bytes = encode(SecurityInsightTraitSchema, create(SecurityInsightTraitSchema, insight));
  assert.equal(hex(bytes), '1a02080112002200');
});

test('unknown fields and the bytes of an Any are kept', () => {
  const any = create(AnySchema, { typeUrl: 'type.googleapis.com/acme.v9.New', value: Uint8Array.of(0xff, 0, 1) });
  const newer = Uint8Array.of(...toBinary(ResourceSchema, create(ResourceSchema, { annotations: [any] })), 0x98, 6, 42);
  assert.equal(hex(encode(ResourceSchema, fromBinary(ResourceSchema, newer))), hex(newer));
});

test('a value that does not fit is refused by message and field, and the next message is encoded well', () => {
  const broken = create(ResourceSchema, { profile: { quota: Number.NaN } });
  assert.throws(
    () => encode(ResourceSchema, broken),
    (error) =>
      BatonError.is(error) &&
      error.code === Code.InvalidArgument &&
      /connector\.v2\.Resource\.profile/.test(error.message),
  );
  const good = create(ResourceSchema, { displayName: 'Ada' });
  assert.equal(hex(encode(ResourceSchema, good)), hex(toBinary(ResourceSchema, good)));
});

test('every message of the protocol, filled at random, decodes to what was encoded', (t) => {
  const seed = testSeed();
  t.diagnostic(`seed ${seed} (repeat with TEST_SEED=${seed})`);
  const schemas = protocolFiles.flatMap((file) => file.messages.flatMap(withNested));
  assert.ok(schemas.length > 250);
  for (const [index, schema] of schemas.entries()) {
    const message = sampleMessage(schema, seed + index);
    const bytes = encode(schema, message);
    assert.deepEqual(fromBinary(schema, bytes), message, schema.typeName);
    assert.equal(bytes.length, toBinary(schema, message).length, schema.typeName);
  }
});

function withNested(schema: DescMessage): DescMessage[] {
  return [schema, ...schema.nestedMessages.flatMap(withNested)];
}
