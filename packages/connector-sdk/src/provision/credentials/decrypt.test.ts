import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { describe, test } from 'node:test';
import { type EncryptedData, EncryptedDataSchema } from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create } from '@bufbuild/protobuf';
import { Secret } from '../../secret.ts';
import { decryptPassword } from './decrypt.ts';
import { encryptSecret } from './encrypt.ts';
import { clientKey, jwkConfig, jwkOf } from './testing/keys.ts';

const key = clientKey();
const other = clientKey();

async function encryptedTo(publicKey = key.publicKey, password = 'geheim 🔑'): Promise<EncryptedData> {
  const secret = { name: 'password', value: new Secret(password) };
  const [data] = await encryptSecret(secret, [jwkConfig(jwkOf(publicKey))]);
  assert.ok(data !== undefined);
  return data;
}

async function refusal(encryptedPasswords: EncryptedData[]): Promise<string> {
  const error: unknown = await decryptPassword({ encryptedPasswords }, key).catch((reason: unknown) => reason);
  assert.ok(BatonError.is(error) && error.code === Code.InvalidArgument);
  return error.message;
}

test('a password encrypted to the client secret is read', async () => {
  const password = await decryptPassword({ encryptedPasswords: [await encryptedTo()] }, key);
  assert.equal(password.reveal(), 'geheim 🔑');
});

test('of several, the one for this key is read', async () => {
  const encryptedPasswords = [await encryptedTo(other.publicKey, 'theirs'), await encryptedTo(key.publicKey, 'ours')];
  assert.equal((await decryptPassword({ encryptedPasswords }, key)).reveal(), 'ours');
});

test('a key that has a name is found by its name', async () => {
  const named = clientKey({ ...jwkOf(key.privateKey), kid: 'blue' });
  const data = { ...(await encryptedTo()), keyIds: ['red', 'blue'] };
  assert.equal((await decryptPassword({ encryptedPasswords: [data] }, named)).reveal(), 'geheim 🔑');
});

test('base64 may be broken into lines', async () => {
  const data = await encryptedTo();
  const lines = Buffer.from(data.encryptedBytes).toString('ascii').replace(/.{64}/g, '$&\n');
  const encryptedPasswords = [{ ...data, encryptedBytes: Buffer.from(lines) }];
  assert.equal((await decryptPassword({ encryptedPasswords }, key)).reveal(), 'geheim 🔑');
});

test('a password for another key only is refused, naming the key that this connector has', async () => {
  const message = await refusal([await encryptedTo(other.publicKey)]);
  assert.match(message, /none of the 1 encrypted passwords/);
  assert.ok(message.includes(key.keyId));
});

test('a request without any is refused', async () => {
  assert.match(await refusal([]), /none of the 0/);
});

test('every changed byte is noticed', async () => {
  const data = await encryptedTo();
  const file = Buffer.from(Buffer.from(data.encryptedBytes).toString('ascii'), 'base64');
  for (let at = 0; at < file.length; at += 7) {
    const changed = Buffer.from(file);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.match(
      await refusal([{ ...data, encryptedBytes: Buffer.from(changed.toString('base64')) }]),
      /cannot be read: it was damaged/,
    );
  }
});

describe('what is not a password for this key is refused', () => {
  const meant = (encryptedBytes: Uint8Array, provider = 'baton/jwk/v1') =>
    create(EncryptedDataSchema, { provider, keyIds: [key.keyId], encryptedBytes });

  test('bytes instead of base64', async () => {
    assert.match(await refusal([meant(Buffer.from([0, 1, 2]))]), /not base64 text/);
  });
  test('another way of encryption', async () => {
    assert.match(await refusal([meant(Buffer.from('AAAA'), 'baton/age/v1')]), /encrypted as "baton\/age\/v1"/);
  });
  test('far too much', async () => {
    assert.match(await refusal([meant(Buffer.alloc(70_000, 'A'))]), /larger than 65536 bytes/);
  });
  test('the encryption to another key under the id of this one', async () => {
    const { encryptedBytes } = await encryptedTo(other.publicKey);
    assert.match(await refusal([meant(encryptedBytes)]), /damaged, or encrypted to another key/);
  });
});

test('the public key of a client secret is the one that passwords are encrypted to', () => {
  assert.ok(createPublicKey(key.privateKey).equals(key.publicKey));
});
