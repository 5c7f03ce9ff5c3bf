import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GrantSchema } from '@baton-ts/protocol/connector-v2';
import { encode } from '@baton-ts/protocol/encode';
import { create } from '@bufbuild/protobuf';
import { wireFields } from './wire-fields.ts';

const numbers = (bytes: readonly number[]) => wireFields(Uint8Array.from(bytes))?.map(({ number }) => number);

test('the fields of a message come in their order, with the bytes of each', () => {
  const bytes = encode(GrantSchema, create(GrantSchema, { id: 'a', principal: {}, entitlement: { id: 'e' } }));
  const { id, entitlement, principal } = GrantSchema.field;
  assert.deepEqual(
    wireFields(bytes)?.map(({ number, value }) => [number, Buffer.from(value ?? []).toString('latin1')]),
    [
      [entitlement.number, '\u0012\u0001e'],
      [principal.number, ''],
      [id.number, 'a'],
    ],
  );
});

test('no bytes are a message without fields', () => assert.deepEqual(wireFields(new Uint8Array()), []));

test('numbers of every width are walked over and have no value', () => {
  const fields = wireFields(Uint8Array.from([0x08, 0x96, 0x01, 0x11, ...Array(8).fill(0), 0x1d, 0, 0, 0, 0]));
  assert.deepEqual(
    fields?.map(({ number, value }) => [number, value]),
    [
      [1, undefined],
      [2, undefined],
      [3, undefined],
    ],
  );
});

test('a tag of several bytes is one number', () => assert.deepEqual(numbers([0xfa, 0x3f, 0]), [1023]));

test('what is no message is told as such', () => {
  const cases: Readonly<Record<string, readonly number[]>> = {
    'a text that is longer than the bytes': [0x0a, 5, 0x61],
    'a length that does not end': [0x0a, 0xff],
    'a tag that does not end': [0x80],
    'a number that does not end': [0x08, 0x80],
    'eight bytes of which there are three': [0x09, 0, 0, 0],
    'the field 0': [0x02, 0],
    'the start of a group': [0x0b],
    'a wire type that there is not': [0x0f],
  };
  for (const [what, bytes] of Object.entries(cases)) assert.equal(numbers(bytes), undefined, what);
});

test('every beginning of a grant is either a message or none, and nothing throws', () => {
  const bytes = encode(GrantSchema, create(GrantSchema, { id: 'g', entitlement: { id: 'e', slug: 's' } }));
  for (let length = 0; length <= bytes.length; length += 1) {
    const fields = wireFields(bytes.subarray(0, length));
    assert.ok(fields === undefined || fields.length <= 2);
  }
});
