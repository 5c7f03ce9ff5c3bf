import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { EncryptedDataSchema } from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { Secret } from '../../secret.ts';
import { decryptPassword } from './decrypt.ts';
import { encryptSecret } from './encrypt.ts';
import { ageConfig, ageFiles, clientKey, jwkConfig, jwkOf, sshRsaIdentity } from './testing/keys.ts';

const password = 'correct horse';

async function ageFile(config: ReturnType<typeof jwkConfig>): Promise<Buffer> {
  const [data] = await encryptSecret({ name: 'password', value: new Secret(password) }, [config]);
  assert.ok(data !== undefined);
  const bytes = Buffer.from(data.encryptedBytes);
  return data.provider === 'baton/jwk/v1' ? Buffer.from(bytes.toString('ascii'), 'base64') : bytes;
}

/** The recipient line without its last word, which differs from file to file. */
const keyNameIn = (file: Buffer): string | undefined => /-> (ssh-\w+ [\w+/]+)/.exec(file.toString('latin1'))?.[1];

describe('files that age made', () => {
  test('a password for an ssh-ed25519 key is read with that key as client secret', async () => {
    const key = clientKey(ageFiles.ed25519.key);
    const data = create(EncryptedDataSchema, {
      keyIds: [key.keyId],
      encryptedBytes: Buffer.from(ageFiles.ed25519.file),
    });
    const read = await decryptPassword({ encryptedPasswords: [data] }, key);
    assert.equal(read.reveal(), ageFiles.plaintext);
  });

  test('ours name an ssh-ed25519 key as age does', async () => {
    const ours = await ageFile(jwkConfig(ageFiles.ed25519.key));
    assert.equal(keyNameIn(ours), keyNameIn(Buffer.from(ageFiles.ed25519.file, 'base64')));
  });

  test('ours name an ssh-rsa key as age does', async () => {
    const ours = await ageFile(jwkConfig(ageFiles.rsa.key));
    assert.equal(keyNameIn(ours), keyNameIn(Buffer.from(ageFiles.rsa.file, 'base64')));
  });

  test('what reads ours for an ssh-rsa key in other tests reads that of age', async () => {
    const decrypter = new Decrypter();
    decrypter.addIdentity(sshRsaIdentity(createPrivateKey({ key: ageFiles.rsa.key, format: 'jwk' })));
    assert.equal(await decrypter.decrypt(Buffer.from(ageFiles.rsa.file, 'base64'), 'text'), ageFiles.plaintext);
  });
});

const version = spawnSync('age', ['--version']);
const skip = version.status === 0 ? false : 'the age program is not on this machine';

/** What age makes of `file` with a private key that it reads from a file. */
function openWithAge(file: Buffer, privateKey: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'age-test-'));
  try {
    const keyFile = join(folder, 'key');
    writeFileSync(keyFile, privateKey, { mode: 0o600 });
    const run = spawnSync('age', ['--decrypt', '--identity', keyFile], { input: file });
    assert.equal(run.status, 0, run.stderr.toString());
    return run.stdout.toString();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A private key as OpenSSH writes it, which is the only form of Ed25519 that age reads. */
function openSsh(key: KeyObject): string {
  const text = (value: Buffer | string): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(value.length);
    return Buffer.concat([length, Buffer.from(value)]);
  };
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const point = createPublicKey(key).export({ format: 'raw-public' });
  const seed = key.export({ format: 'raw-private' });
  const pair = [text('ssh-ed25519'), text(point)];
  const secret = Buffer.concat([number(7), number(7), ...pair, text(Buffer.concat([seed, point])), text('')]);
  const padded = Buffer.concat([secret, Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, (8 - (secret.length % 8)) % 8)]);
  const all = [Buffer.from('openssh-key-v1\0'), text('none'), text('none'), text(''), number(1)];
  const body = Buffer.concat([...all, text(Buffer.concat(pair)), text(padded)]).toString('base64');
  const lines = body.match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}

describe('the age program opens what we encrypt', { skip }, () => {
  test('to an Ed25519 key', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    assert.equal(openWithAge(await ageFile(jwkConfig(jwkOf(publicKey))), openSsh(privateKey)), password);
  });

  test('to an RSA key', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' });
    assert.equal(openWithAge(await ageFile(jwkConfig(jwkOf(publicKey))), pem), password);
  });

  test('to a recipient of its own', async () => {
    const identity = await generateX25519Identity();
    const file = await ageFile(ageConfig(await identityToRecipient(identity)));
    assert.equal(openWithAge(file, identity), password);
  });
});
