import type { CredentialOptions_EncryptedPassword, EncryptedData } from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { Secret } from '../../secret.ts';
import { sshEd25519Identity } from './age-ssh.ts';
import type { ClientSecretKey } from './client-secret-key.ts';
import { jwkProvider } from './encrypt.ts';

/** Far more than any password takes. */
const maxEncryptedBytes = 64 * 1024;

/**
 * Reads the password that came encrypted to this connector's client secret (`service-protocol.md §11`, CreateAccount).
 * The caller refuses such a request when it also asks for encryption: `encryptedPasswordWithKeys`.
 *
 * @throws BatonError `InvalidArgument` when no password is meant for this key, or the one that is cannot be read
 */
export async function decryptPassword(
  { encryptedPasswords }: Pick<CredentialOptions_EncryptedPassword, 'encryptedPasswords'>,
  key: ClientSecretKey,
): Promise<Secret> {
  const entry = encryptedPasswords.find(({ keyIds }) => keyIds.includes(key.keyId));
  if (entry === undefined) {
    throw new BatonError(
      Code.InvalidArgument,
      `none of the ${encryptedPasswords.length} encrypted passwords of the request is for this connector's key ${key.keyId}; the client secret may have been replaced since`,
    );
  }
  const file = ageFileOf(entry, key);
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  decrypter.addIdentity(sshEd25519Identity(key.privateKey));
  try {
    return new Secret(new TextDecoder('utf-8', { fatal: true }).decode(await decrypter.decrypt(file)));
  } catch (cause) {
    throw unreadable(key, 'it was damaged, or encrypted to another key', cause);
  }
}

/** Who sends a password knows it already, so there is nothing to encrypt and give back. */
export function encryptedPasswordWithKeys(): BatonError {
  return new BatonError(
    Code.InvalidArgument,
    'the request brings an encrypted password and also asks for passwords to be encrypted; only one of both is possible',
  );
}

function ageFileOf({ provider, encryptedBytes }: EncryptedData, key: ClientSecretKey): Uint8Array {
  const named = provider.trim().toLowerCase();
  if (named !== '' && named !== jwkProvider && named !== `${jwkProvider}/private`) {
    throw unreadable(key, `it is encrypted as "${provider}", not as ${jwkProvider}`);
  }
  if (encryptedBytes.length > maxEncryptedBytes) throw unreadable(key, `it is larger than ${maxEncryptedBytes} bytes`);
  const base64 = Buffer.from(encryptedBytes).toString('latin1');
  if (!/^[\w+/=\s]+$/.test(base64)) throw unreadable(key, 'it is not base64 text');
  return Buffer.from(base64, 'base64');
}

function unreadable(key: ClientSecretKey, why: string, cause?: unknown): BatonError {
  return new BatonError(
    Code.InvalidArgument,
    `the encrypted password for this connector's key ${key.keyId} cannot be read: ${why}`,
    cause === undefined ? {} : { cause },
  );
}
