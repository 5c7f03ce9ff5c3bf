import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { BatonError } from '@baton-ts/protocol/errors';
import { Secret } from '../../secret.ts';
import { parseClientSecret } from './client-secret-key.ts';

const pair = generateKeyPairSync('ed25519');
const jwk = pair.privateKey.export({ format: 'jwk' });

function secretOf(key: unknown): string {
  return `secret-token:conductorone.com:v1:${Buffer.from(JSON.stringify(key)).toString('base64url')}`;
}

function failureOf(secret: string): string {
  try {
    parseClientSecret(new Secret(secret));
  } catch (error) {
    assert.ok(BatonError.is(error));
    return error.message;
  }
  return assert.fail('the secret was accepted');
}

test('a client secret gives its key and the id of the key', () => {
  const key = parseClientSecret(new Secret(secretOf({ ...jwk, kid: 'key-7' })));
  assert.ok(key.publicKey.equals(pair.publicKey));
  assert.deepEqual([key.kid, key.keyId], ['key-7', 'key-7']);
});

test('a key without an id is called by its thumbprint', () => {
  const key = parseClientSecret(new Secret(secretOf(jwk)));
  const canonical = `{"crv":"Ed25519","kty":"OKP","x":"${jwk.x}"}`;
  assert.deepEqual([key.kid, key.keyId], [undefined, createHash('sha256').update(canonical).digest('hex')]);
});

test('the first two parts and surrounding space do not matter', () => {
  const other = secretOf(jwk).replace('secret-token:conductorone.com', 'a:b');
  assert.ok(parseClientSecret(new Secret(` ${other}\n`)).publicKey.equals(pair.publicKey));
});

test('printing the key shows nothing of its private part', () => {
  const key = parseClientSecret(new Secret(secretOf(jwk)));
  assert.ok(jwk.d !== undefined && !`${inspect(key, { depth: 5 })}${JSON.stringify(key)}`.includes(jwk.d));
});

describe('a malformed secret names the part that is wrong and does not show it', () => {
  const other = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['empty', '', /one part between colons/],
    ['a part missing', 'secret-token:v1:abc', /3 parts between colons/],
    ['another version', secretOf(jwk).replace(':v1:', ':v2:'), /version, is not "v1"/],
    ['padding', `${secretOf(jwk)}=`, /not unpadded base64url/],
    ['cut off', secretOf(jwk).slice(0, -20), /may be cut off/],
    ['a list', secretOf([jwk]), /not a JSON object/],
    ['a public key', secretOf({ kty: 'OKP', crv: 'Ed25519', x: jwk.x }), /lacks "d"/],
    ['no public part', secretOf({ kty: 'OKP', crv: 'Ed25519', d: jwk.d }), /lacks "x"/],
    ['another curve', secretOf({ ...jwk, crv: 'X25519' }), /not an Ed25519 key/],
    ['a short private part', secretOf({ ...jwk, d: 'AAAA' }), /not 32 bytes/],
    ['parts of two keys', secretOf({ ...jwk, d: other.d }), /do not belong together/],
    ['an id that is a number', secretOf({ ...jwk, kid: 7 }), /"kid"/],
    ['far too long', `a:b:v1:${'A'.repeat(9000)}`, /longer than 8192 characters/],
  ];
  for (const [name, secret, expected] of cases) {
    test(name, () => {
      const message = failureOf(secret);
      assert.match(message, expected);
      const key = secret.split(':')[3];
      if (key !== undefined) assert.ok(!message.includes(key.slice(0, 12)));
    });
  }
});
