import { createHash } from 'node:crypto';
import { type EncryptedData, EncryptedDataSchema, type EncryptionConfig } from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create } from '@bufbuild/protobuf';
import type { Recipient, Stanza } from 'age-encryption';
import type { PlaintextSecret } from '../../changes.ts';
import { Secret } from '../../secret.ts';
import { sshEd25519Recipient, sshRsaRecipient } from './age-ssh.ts';
import { jwkThumbprint } from './jwk-thumbprint.ts';
import { type PublicJwk, parsePublicJwk } from './public-jwk.ts';

/** The ways of encryption, as they are named on the wire. */
export const jwkProvider = 'baton/jwk/v1';
const ageProvider = 'baton/age/v1';

/**
 * Finds out whether secrets can be encrypted to every one of the keys: before an account is made whose password nobody
 * could read.
 *
 * @throws BatonError `InvalidArgument` that says what is wrong with a key
 */
export async function checkEncryptionConfigs(configs: readonly EncryptionConfig[]): Promise<void> {
  await encryptSecret({ name: 'probe', value: new Secret('probe') }, configs);
}

/**
 * Encrypts a secret once to each key (`service-protocol.md §11`, "Encryption of plaintexts"). Without keys the list is
 * empty, and nobody can read the secret.
 *
 * @throws BatonError `InvalidArgument` when one of the keys cannot be used
 */
export async function encryptSecret(
  { name, description = '', value }: PlaintextSecret,
  configs: readonly EncryptionConfig[],
): Promise<EncryptedData[]> {
  const text = value.reveal();
  return Promise.all(
    configs.map(async (config) =>
      create(EncryptedDataSchema, { name, description, ...(await encryptTo(config, text)) }),
    ),
  );
}

interface Sealed {
  readonly provider: string;
  /** Older readers look here for the id of a JWK. */
  readonly keyId: string;
  readonly keyIds: string[];
  readonly encryptedBytes: Uint8Array;
}

async function encryptTo({ provider: given, config }: EncryptionConfig, text: string): Promise<Sealed> {
  const named = given.trim().toLowerCase();
  const provider = named === `${jwkProvider}/private` ? jwkProvider : named;
  if (config.case === 'ageRecipientConfig' && (provider === ageProvider || provider === '')) {
    return encryptToRecipient(config.value.recipient, text);
  }
  if (config.case === 'jwkPublicKeyConfig' && (provider === jwkProvider || provider === '')) {
    return encryptToJwk(parsePublicJwk(config.value.pubKey), text);
  }
  throw new BatonError(
    Code.InvalidArgument,
    provider === ageProvider || provider === jwkProvider
      ? `the request asks for encryption as ${provider} and has no key of that kind`
      : provider === ''
        ? 'the request asks for encryption and has no key for it'
        : `the request asks for encryption as "${given}", and this connector knows ${jwkProvider} and ${ageProvider}`,
  );
}

async function encryptToRecipient(recipient: string, text: string): Promise<Sealed> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(recipient);
  } catch (cause) {
    throw new BatonError(
      Code.InvalidArgument,
      `nothing can be encrypted to "${recipient.slice(0, 80)}": it is no recipient of age, as age1… or age1pq1…`,
      { cause },
    );
  }
  const keyIds = [createHash('sha256').update(recipient).digest('hex')];
  return { provider: ageProvider, keyId: '', keyIds, encryptedBytes: await encrypter.encrypt(text) };
}

async function encryptToJwk({ kind, key }: PublicJwk, text: string): Promise<Sealed> {
  const sealed = kind === 'EC' ? Buffer.from(await jweFor(key, text)) : await ageFileFor(kind, key, text);
  const keyId = jwkThumbprint(key);
  // Text in bytes: the reader takes the base64 off before anything else.
  return { provider: jwkProvider, keyId, keyIds: [keyId], encryptedBytes: Buffer.from(sealed.toString('base64')) };
}

async function ageFileFor(kind: 'Ed25519' | 'RSA', key: PublicJwk['key'], text: string): Promise<Buffer> {
  const { Encrypter, Stanza } = await import('age-encryption');
  const makeStanza = (args: string[], body: Uint8Array): Stanza => new Stanza(args, body);
  const recipient: Recipient = kind === 'RSA' ? sshRsaRecipient(key, makeStanza) : sshEd25519Recipient(key, makeStanza);
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return Buffer.from(await encrypter.encrypt(text));
}

async function jweFor(key: PublicJwk['key'], text: string): Promise<string> {
  const { CompactEncrypt } = await import('jose');
  return new CompactEncrypt(Buffer.from(text)).setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' }).encrypt(key);
}
