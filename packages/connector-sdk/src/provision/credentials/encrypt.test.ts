import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import type { EncryptionConfig } from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import {
  Decrypter,
  generateHybridIdentity,
  generateX25519Identity,
  type Identity,
  identityToRecipient,
} from 'age-encryption';
import { calculateJwkThumbprint, compactDecrypt } from 'jose';
import { Secret } from '../../secret.ts';
import { sshEd25519Identity } from './age-ssh.ts';
import { checkEncryptionConfigs, encryptSecret } from './encrypt.ts';
import { ageConfig, jwkConfig, jwkOf, sshRsaIdentity } from './testing/keys.ts';

const password = 'pass “word” 1';
const secret = { name: 'password', description: 'of the account', value: new Secret(password) };
const ed25519 = generateKeyPairSync('ed25519');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

async function encryptedTo(config: EncryptionConfig) {
  const [data, ...more] = await encryptSecret(secret, [config]);
  assert.ok(data !== undefined && more.length === 0);
  return data;
}

async function openAge(file: Uint8Array, identity: string | Identity): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return decrypter.decrypt(file, 'text');
}

/** A JWK's ciphertext is text; what it holds is bytes. */
const withoutBase64 = (bytes: Uint8Array): Buffer => Buffer.from(Buffer.from(bytes).toString('ascii'), 'base64');
const sha256 = async (jwk: object): Promise<string> =>
  Buffer.from(await calculateJwkThumbprint(jwk), 'base64url').toString('hex');

test('a secret for an Ed25519 key can be read with that key', async () => {
  const { encryptedBytes } = await encryptedTo(jwkConfig(jwkOf(ed25519.publicKey)));
  assert.equal(await openAge(withoutBase64(encryptedBytes), sshEd25519Identity(ed25519.privateKey)), password);
});

test('a secret for an RSA key can be read with that key', async () => {
  const { encryptedBytes } = await encryptedTo(jwkConfig(jwkOf(rsa.publicKey)));
  assert.equal(await openAge(withoutBase64(encryptedBytes), sshRsaIdentity(rsa.privateKey)), password);
});

for (const namedCurve of ['P-256', 'P-384', 'P-521']) {
  test(`a secret for a key of ${namedCurve} can be read with that key`, async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
    const { encryptedBytes } = await encryptedTo(jwkConfig(jwkOf(publicKey)));
    const { plaintext, protectedHeader } = await compactDecrypt(withoutBase64(encryptedBytes), privateKey);
    assert.equal(new TextDecoder().decode(plaintext), password);
    assert.deepEqual([protectedHeader.alg, protectedHeader.enc], ['ECDH-ES', 'A256GCM']);
  });
}

for (const [name, generate] of [
  ['age1', generateX25519Identity],
  ['age1pq1', generateHybridIdentity],
] as const) {
  test(`a secret for a recipient ${name}… is a binary age file that its identity opens`, async () => {
    const identity = await generate();
    const recipient = await identityToRecipient(identity);
    assert.ok(recipient.startsWith(name));
    const data = await encryptedTo(ageConfig(recipient));
    assert.equal(await openAge(data.encryptedBytes, identity), password);
    const keyIds = [createHash('sha256').update(recipient).digest('hex')];
    assert.deepEqual([data.provider, data.keyId, data.keyIds], ['baton/age/v1', '', keyIds]);
  });
}

test('a secret for a JWK carries the thumbprint of the key in both fields, whatever the request calls it', async () => {
  const jwk = jwkOf(ed25519.publicKey);
  const data = await encryptedTo({ ...jwkConfig({ ...jwk, kid: 'mine' }), keyId: 'other' });
  const id = await sha256(jwk);
  assert.deepEqual([data.provider, data.keyId, data.keyIds], ['baton/jwk/v1', id, [id]]);
});

test('thumbprints of RSA and EC keys are those of the standard', async () => {
  const ec = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
  for (const jwk of [ec, jwkOf(rsa.publicKey)]) {
    assert.deepEqual((await encryptedTo(jwkConfig(jwk))).keyIds, [await sha256(jwk)]);
  }
});

test('a secret keeps its name and description', async () => {
  const { name, description } = await encryptedTo(jwkConfig(jwkOf(ed25519.publicKey)));
  assert.deepEqual([name, description], ['password', 'of the account']);
});

test('each key gets its own copy, in the order of the keys', async () => {
  const identity = await generateX25519Identity();
  const configs = [ageConfig(await identityToRecipient(identity)), jwkConfig(jwkOf(rsa.publicKey))];
  const providers = (await encryptSecret(secret, configs)).map((data) => data.provider);
  assert.deepEqual(providers, ['baton/age/v1', 'baton/jwk/v1']);
});

test('a provider may be written in any case, with space around it, as private, or be left out', async () => {
  for (const provider of [' Baton/JWK/v1 ', 'baton/jwk/v1/private', '']) {
    const data = await encryptedTo(jwkConfig(jwkOf(ed25519.publicKey), provider));
    assert.equal(data.provider, 'baton/jwk/v1');
  }
  const recipient = await identityToRecipient(await generateX25519Identity());
  assert.equal((await encryptedTo(ageConfig(recipient, ''))).provider, 'baton/age/v1');
});

test('private members of a key are left unread', async () => {
  const jwk = { ...jwkOf(ed25519.publicKey), d: 'not even base64url!' };
  await checkEncryptionConfigs([jwkConfig(jwk)]);
});

test('without keys nothing is encrypted', async () => {
  assert.deepEqual(await encryptSecret(secret, []), []);
});

test('more keys than anybody has are refused', async () => {
  const configs = Array.from({ length: 257 }, () => jwkConfig(jwkOf(ed25519.publicKey)));
  await assert.rejects(encryptSecret(secret, configs), /encryption to 257 keys, and at most 256/);
});

describe('a key that no secret may be trusted to is refused before anything is done', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  const unusual = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey;
  const x25519 = generateKeyPairSync('x25519').publicKey;
  const point = (hex: string) => ({ kty: 'OKP', crv: 'Ed25519', x: Buffer.from(hex, 'hex').toString('base64url') });
  const cases: readonly (readonly [string, EncryptionConfig, RegExp])[] = [
    ['an RSA key of 1024 bits', jwkConfig(jwkOf(weak)), /1024 bits, and at least 2048/],
    ['an RSA key that encrypts nothing', jwkConfig({ ...jwkOf(rsa.publicKey), e: 'AQ' }), /"e" is no exponent/],
    ['an RSA key of 32760 bits', jwkConfig({ kty: 'RSA', e: 'AQAB', n: '_'.repeat(5461) }), /32760 bits, and at most/],
    ['another curve', jwkConfig(jwkOf(unusual)), /curve is not one of P-256/],
    ['a key for agreement only', jwkConfig(jwkOf(x25519)), /neither an Ed25519/],
    ['a symmetric key', jwkConfig({ kty: 'oct', k: 'AAAA' }), /neither an Ed25519/],
    ['bytes that are no point of the curve', jwkConfig(point(`02${'00'.repeat(31)}`)), /not a public key of Ed25519/],
    ['the neutral point', jwkConfig(point(`01${'00'.repeat(31)}`)), /not a public key of Ed25519/],
    ['a key of 31 bytes', jwkConfig(point('ab'.repeat(31))), /numbers do not make a public key/],
    ['a point beside the curve', jwkConfig({ kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }), /do not make/],
    ['a missing member', jwkConfig({ kty: 'RSA', e: 'AQAB' }), /member "n" is missing/],
    ['text', jwkConfig('hello'), /not a JSON object/],
    ['a key of 20 KB', jwkConfig({ kty: 'RSA', n: 'A'.repeat(20_000) }), /larger than/],
    ['a recipient cut off', ageConfig('age1abc'), /"age1abc": it is no recipient of age/],
    ['a provider of ours without its key', ageConfig('age1abc', 'baton/jwk/v1'), /has no key of that kind/],
    ['an unknown provider', ageConfig('age1abc', 'acme/v1'), /"acme\/v1", and this connector knows/],
    ['no key at all', { ...ageConfig('', ''), config: { case: undefined } }, /has no key for it/],
  ];
  for (const [name, config, expected] of cases) {
    test(name, async () => {
      await assert.rejects(
        checkEncryptionConfigs([config]),
        (error) => BatonError.is(error) && error.code === Code.InvalidArgument && expected.test(error.message),
      );
    });
  }
});
