import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  publicEncrypt,
} from 'node:crypto';
import type { Identity, Recipient, Stanza } from 'age-encryption';
import { montgomeryForm } from './ed25519-point.ts';

/** Makes the stanza: `age-encryption` is loaded late, since it takes 27 MB. */
type MakeStanza = (args: string[], body: Uint8Array) => Stanza;

const ed25519Name = 'ssh-ed25519';
const rsaName = 'ssh-rsa';
const infoOf = (name: string): string => `age-encryption.org/v1/${name}`;
const fileKeyBytes = 16;
const tagBytes = 16;
const cipher = 'chacha20-poly1305';
const zeroNonce = Buffer.alloc(12);

/** Wraps an age file's key for an Ed25519 public key (`service-protocol.md §11`, the ssh-ed25519 stanza). */
export function sshEd25519Recipient(publicKey: KeyObject, makeStanza: MakeStanza): Recipient {
  const { wire, point, tweak } = ed25519Parts(publicKey);
  return {
    wrapFileKey(fileKey) {
      const ephemeral = generateKeyPairSync('x25519');
      const share = ephemeral.publicKey.export({ format: 'raw-public' });
      const shared = diffieHellman({
        privateKey: tweak,
        publicKey: x25519Public(diffieHellman({ privateKey: ephemeral.privateKey, publicKey: x25519Public(point) })),
      });
      const sealer = createCipheriv(cipher, wrapKey(shared, share, point), zeroNonce, { authTagLength: tagBytes });
      const body = Buffer.concat([sealer.update(fileKey), sealer.final(), sealer.getAuthTag()]);
      return [makeStanza([ed25519Name, keyTag(wire), unpadded(share)], body)];
    },
  };
}

/** Opens age files whose key was wrapped for this Ed25519 key. */
export function sshEd25519Identity(privateKey: KeyObject): Identity {
  const { wire, point, tweak } = ed25519Parts(createPublicKey(privateKey));
  const seed = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const scalar = x25519Private(createHash('sha512').update(seed).digest().subarray(0, 32));
  return {
    unwrapFileKey(stanzas) {
      const stanza = stanzas.find(({ args }) => args[0] === ed25519Name && args[1] === keyTag(wire));
      if (stanza === undefined) return null;
      const share = Buffer.from(stanza.args[2] ?? '', 'base64');
      if (stanza.args.length !== 3 || share.length !== 32 || stanza.body.length !== fileKeyBytes + tagBytes) {
        throw new Error('the stanza for this key does not have the parts of an ssh-ed25519 stanza');
      }
      const shared = diffieHellman({
        privateKey: tweak,
        publicKey: x25519Public(diffieHellman({ privateKey: scalar, publicKey: x25519Public(share) })),
      });
      const opener = createDecipheriv(cipher, wrapKey(shared, share, point), zeroNonce, { authTagLength: tagBytes });
      opener.setAuthTag(stanza.body.subarray(fileKeyBytes));
      return Buffer.concat([opener.update(stanza.body.subarray(0, fileKeyBytes)), opener.final()]);
    },
  };
}

/** Wraps an age file's key for an RSA public key (`service-protocol.md §11`). */
export function sshRsaRecipient(publicKey: KeyObject, makeStanza: MakeStanza): Recipient {
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const wire = Buffer.concat([rsaName, wireNumber(e), wireNumber(n)].map(wireString));
  return {
    wrapFileKey(fileKey) {
      const padding = constants.RSA_PKCS1_OAEP_PADDING;
      const oaepLabel = Buffer.from(infoOf(rsaName));
      const body = publicEncrypt({ key: publicKey, padding, oaepHash: 'sha256', oaepLabel }, fileKey);
      return [makeStanza([rsaName, keyTag(wire)], body)];
    },
  };
}

function ed25519Parts(publicKey: KeyObject): { wire: Buffer; point: Buffer; tweak: KeyObject } {
  const key = publicKey.export({ format: 'raw-public' });
  const wire = Buffer.concat([Buffer.from(ed25519Name), key].map(wireString));
  const tweak = Buffer.from(hkdfSync('sha256', '', wire, infoOf(ed25519Name), 32));
  return { wire, point: montgomeryForm(key), tweak: x25519Private(tweak) };
}

function wrapKey(shared: Uint8Array, share: Uint8Array, point: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', shared, Buffer.concat([share, point]), infoOf(ed25519Name), 32));
}

function x25519Private(key: Buffer): KeyObject {
  return createPrivateKey({ key, format: 'raw-private', asymmetricKeyType: 'x25519' });
}

function x25519Public(key: Buffer): KeyObject {
  return createPublicKey({ key, format: 'raw-public', asymmetricKeyType: 'x25519' });
}

/** The first bytes of a public key's hash, by which a reader finds its stanza. */
function keyTag(wire: Buffer): string {
  return unpadded(createHash('sha256').update(wire).digest().subarray(0, 4));
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

function wireString(bytes: Buffer | string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, Buffer.from(bytes)]);
}

/** A positive number of SSH: a leading zero keeps its first bit from being a sign. */
function wireNumber(base64url: string): Buffer {
  const digits = Buffer.from(base64url, 'base64url');
  return (digits[0] ?? 0) < 0x80 ? digits : Buffer.concat([Buffer.alloc(1), digits]);
}
