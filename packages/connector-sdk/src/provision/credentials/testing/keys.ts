import { constants, generateKeyPairSync, type JsonWebKeyInput, type KeyObject, privateDecrypt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type EncryptionConfig, EncryptionConfigSchema } from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import type { Identity } from 'age-encryption';
import { Secret } from '../../../secret.ts';
import { type ClientSecretKey, parseClientSecret } from '../client-secret-key.ts';

export type Jwk = JsonWebKeyInput['key'] & { readonly kid?: string };

/** Files that the age program made for keys that ssh-keygen made. */
export const ageFiles: {
  readonly plaintext: string;
  readonly ed25519: { readonly key: Jwk; readonly file: string };
  readonly rsa: { readonly key: Jwk; readonly file: string };
} = JSON.parse(readFileSync(new URL('age-files.json', import.meta.url), 'utf8'));

export function jwkConfig(jwk: unknown, provider = 'baton/jwk/v1'): EncryptionConfig {
  const pubKey = Buffer.from(typeof jwk === 'string' ? jwk : JSON.stringify(jwk));
  return create(EncryptionConfigSchema, { provider, config: { case: 'jwkPublicKeyConfig', value: { pubKey } } });
}

export function ageConfig(recipient: string, provider = 'baton/age/v1'): EncryptionConfig {
  return create(EncryptionConfigSchema, { provider, config: { case: 'ageRecipientConfig', value: { recipient } } });
}

export function jwkOf(key: KeyObject): Jwk {
  return key.export({ format: 'jwk' });
}

/** The key of a client secret that was just made, or that holds `jwk`. */
export function clientKey(jwk: Jwk = jwkOf(generateKeyPairSync('ed25519').privateKey)): ClientSecretKey {
  return parseClientSecret(new Secret(`a:b:v1:${Buffer.from(JSON.stringify(jwk)).toString('base64url')}`));
}

/** What the other side has, and a connector needs not: it reads ssh-rsa stanzas. */
export function sshRsaIdentity(privateKey: KeyObject): Identity {
  return {
    unwrapFileKey(stanzas) {
      const stanza = stanzas.find(({ args }) => args[0] === 'ssh-rsa');
      if (stanza === undefined) return null;
      const padding = constants.RSA_PKCS1_OAEP_PADDING;
      const oaepLabel = Buffer.from('age-encryption.org/v1/ssh-rsa');
      return privateDecrypt({ key: privateKey, padding, oaepHash: 'sha256', oaepLabel }, Buffer.from(stanza.body));
    },
  };
}
