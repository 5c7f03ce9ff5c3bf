import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

const ivBytes = 12;
const tagBytes = 16;

/** A key for files at rest, from the key of the credential: whoever has only the disk reads nothing. */
export function sealingKey(privateKey: KeyObject): Buffer {
  const { d } = privateKey.export({ format: 'jwk' });
  if (typeof d !== 'string') throw new TypeError('a private key has no private part');
  return Buffer.from(hkdfSync('sha256', Buffer.from(d, 'base64url'), '', 'baton service state v1', 32));
}

/**
 * Writes a file so that after a crash it is there whole or not at all.
 *
 * @param name what the content belongs to: under another name it cannot be opened
 */
export async function writeSealed(path: string, name: string, content: Uint8Array, key: Buffer): Promise<void> {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(name));
  const sealed = Buffer.concat([cipher.update(content), cipher.final()]);
  await writeWhole(path, Buffer.concat([iv, cipher.getAuthTag(), sealed]));
}

/** What was sealed; undefined when it was sealed with another key or is damaged. */
export async function readSealed(path: string, name: string, key: Buffer): Promise<Uint8Array | undefined> {
  const bytes = await readFile(path);
  if (bytes.length < ivBytes + tagBytes) return undefined;
  const opener = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes))
    .setAAD(Buffer.from(name))
    .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  try {
    return Buffer.concat([opener.update(bytes.subarray(ivBytes + tagBytes)), opener.final()]);
  } catch {
    return undefined;
  }
}

/** Replaces a file as a whole, down to the disk. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const aside = `${path}.new`;
  const file = await open(aside, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
  await syncFolder(dirname(path));
}

/** Makes a rename or a removal last. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder and keeps its own order.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
