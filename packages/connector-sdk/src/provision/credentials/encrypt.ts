import { createHash } from 'node:crypto';
import { type EncryptedData, EncryptedDataSchema, type EncryptionConfig } from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create } from '@bufbuild/protobuf';
import type { Encrypter, Recipient, Stanza } from 'age-encryption';
import type { PlaintextSecret } from '../../changes.ts';
import { sshEd25519Recipient, sshRsaRecipient } from './age-ssh.ts';
import { jwkThumbprint } from './jwk-thumbprint.ts';
import { type PublicJwk, parsePublicJwk } from './public-jwk.ts';

/** The ways of encryption, as they are named on the wire. */
export const jwkProvider = 'baton/jwk/v1';
const ageProvider = 'baton/age/v1';

/** Each person who may read a secret has a key or two. */
const maxKeys = 256;

/** One key that secrets are encrypted to. */
type Target =
  | { readonly provider: typeof jwkProvider; readonly jwk: PublicJwk }
  | { readonly provider: typeof ageProvider; readonly recipient: string };

/**
 * Finds out whether secrets can be encrypted to every one of the keys: before an account is made whose password nobody
 * could read.
 *
 * @throws BatonError `InvalidArgument` that says what is wrong with a key
 */
export async function checkEncryptionConfigs(configs: readonly EncryptionConfig[]): Promise<void> {
  for (const target of targetsOf(configs)) {
    if (target.provider === ageProvider) await encrypterFor(target.recipient);
  }
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
  const encrypted: EncryptedData[] = [];
  for (const target of targetsOf(configs)) {
    const sealed =
      target.provider === ageProvider ? await sealAge(target.recipient, text) : await sealJwk(target.jwk, text);
    encrypted.push(create(EncryptedDataSchema, { name, description, provider: target.provider, ...sealed }));
  }
  return encrypted;
}

function targetsOf(configs: readonly EncryptionConfig[]): Target[] {
  if (configs.length <= maxKeys) return configs.map(targetOf);
  throw new BatonError(
    Code.InvalidArgument,
    `the request asks for encryption to ${configs.length} keys, and at most ${maxKeys} are possible`,
  );
}

function targetOf({ provider: given, config }: EncryptionConfig): Target {
  const named = given.trim().toLowerCase();
  const provider = named === `${jwkProvider}/private` ? jwkProvider : named;
  if (config.case === 'ageRecipientConfig' && (provider === ageProvider || provider === '')) {
    return { provider: ageProvider, recipient: config.value.recipient };
  }
  if (config.case === 'jwkPublicKeyConfig' && (provider === jwkProvider || provider === '')) {
    return { provider: jwkProvider, jwk: parsePublicJwk(config.value.pubKey) };
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

interface Sealed {
  /** Older readers look here for the id of a JWK. */
  readonly keyId?: string;
  readonly keyIds: string[];
  readonly encryptedBytes: Uint8Array;
}

async function sealAge(recipient: string, text: string): Promise<Sealed> {
  const encrypter = await encrypterFor(recipient);
  const keyIds = [createHash('sha256').update(recipient).digest('hex')];
  return { keyIds, encryptedBytes: await encrypter.encrypt(text) };
}

/** The library takes 27 MB, which a service without such keys need not have. */
async function encrypterFor(recipient: string): Promise<Encrypter> {
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
  return encrypter;
}

async function sealJwk({ kind, key }: PublicJwk, text: string): Promise<Sealed> {
  const sealed = kind === 'EC' ? Buffer.from(await jweFor(key, text)) : await ageFileFor(kind, key, text);
  const keyId = jwkThumbprint(key);
  // Text in bytes: the reader takes the base64 off before anything else.
  return { keyId, keyIds: [keyId], encryptedBytes: Buffer.from(sealed.toString('base64')) };
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
