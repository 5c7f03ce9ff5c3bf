import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { AnySchema } from '@bufbuild/protobuf/wkt';
import { findAnnotation, hasAnnotation, packAny, withAnnotation, withoutAnnotation } from './annotations.ts';
import {
  GrantExpandableSchema,
  GrantImmutableSchema,
  RawIdSchema,
  ResourceSchema,
  SkipGrantsSchema,
} from './connector-v2.ts';
import { encode } from './encode.ts';
import { BatonError, Code } from './errors.ts';
import { registry } from './registry.ts';

test('an annotation is found by its type and decoded', () => {
  const annotations = [packAny(SkipGrantsSchema, {}), packAny(RawIdSchema, { id: '17' })];
  assert.equal(findAnnotation(annotations, RawIdSchema)?.id, '17');
  assert.equal(findAnnotation(annotations, GrantExpandableSchema), undefined);
  assert.equal(hasAnnotation(annotations, SkipGrantsSchema), true);
});

test('the type URL has the prefix that Go writes', () => {
  assert.equal(packAny(RawIdSchema, {}).typeUrl, 'type.googleapis.com/c1.connector.v2.RawId');
});

test('what stands before the last slash of a type URL does not matter', () => {
  const value = packAny(RawIdSchema, { id: '17' }).value;
  for (const typeUrl of ['c1.connector.v2.RawId', '/c1.connector.v2.RawId', 'example.org/a/b/c1.connector.v2.RawId']) {
    assert.equal(findAnnotation([create(AnySchema, { typeUrl, value })], RawIdSchema)?.id, '17', typeUrl);
  }
});

test('equal messages are packed to equal bytes whatever the order of their metadata', () => {
  const one = packAny(GrantImmutableSchema, { metadata: { a: 1, b: { c: 1, d: 2 } } });
  const other = packAny(GrantImmutableSchema, { metadata: { b: { d: 2, c: 1 }, a: 1 } });
  assert.deepEqual(one, other);
});

test('setting an annotation replaces the one of its type in its place', () => {
  const before = [packAny(RawIdSchema, { id: '1' }), packAny(SkipGrantsSchema, {}), packAny(RawIdSchema, { id: '2' })];
  const after = withAnnotation(before, RawIdSchema, { id: '3' });
  assert.deepEqual(after, [packAny(RawIdSchema, { id: '3' }), packAny(SkipGrantsSchema, {})]);
  assert.equal(before.length, 3);
});

test('a new annotation comes last, and one that is taken out leaves the others', () => {
  const both = withAnnotation([packAny(SkipGrantsSchema, {})], RawIdSchema, { id: '1' });
  assert.equal(findAnnotation(both.slice(1), RawIdSchema)?.id, '1');
  assert.deepEqual(withoutAnnotation(both, SkipGrantsSchema), [packAny(RawIdSchema, { id: '1' })]);
});

test('an annotation of a type that is not known here survives reading and writing', () => {
  const any = create(AnySchema, { typeUrl: 'example.org/acme.v9.New', value: Uint8Array.of(9, 8, 7) });
  const bytes = toBinary(ResourceSchema, create(ResourceSchema, { annotations: [any] }));
  const read = fromBinary(ResourceSchema, encode(ResourceSchema, fromBinary(ResourceSchema, bytes)));
  assert.deepEqual(read.annotations, [any]);
});

test('an annotation with damaged bytes is an error that names its type', () => {
  const damaged = create(AnySchema, { ...packAny(RawIdSchema, {}), value: Uint8Array.of(0x0a, 0x05) });
  assert.throws(
    () => findAnnotation([damaged], RawIdSchema),
    (error) => BatonError.is(error) && error.code === Code.DataLoss && error.message.includes('c1.connector.v2.RawId'),
  );
});

test('the registry knows annotations of every package and the well-known types', () => {
  for (const name of ['c1.c1z.v1.SyncDetails', 'c1.connector.v2.UserTrait', 'google.rpc.ErrorInfo']) {
    assert.equal(registry.getMessage(name)?.typeName, name);
  }
  assert.ok(registry.getMessage('google.protobuf.Struct') && registry.getMessage('google.protobuf.BoolValue'));
});
