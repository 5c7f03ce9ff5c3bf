import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { Tls } from '../listener.ts';
import { selfSignedTls } from '../tls/certificates.ts';

/** A certificate that ends within this time is replaced: a server may run for a while. */
const RENEW_MS = 7 * 86_400_000;

/**
 * The certificate of the folder, made anew when it is missing, ends soon, or was made for other hosts.
 *
 * @param validDays of one that is made; see `selfSignedTls` for the default
 */
export async function certificateFiles(
  dir: string,
  hosts: readonly string[],
  validDays?: number,
): Promise<{ readonly tls: Tls; readonly caFile: string }> {
  const [caFile, certFile, keyFile] = [resolve(dir, 'ca.pem'), resolve(dir, 'cert.pem'), resolve(dir, 'key.pem')];
  const kept = await keptTls(certFile, keyFile, hosts);
  if (kept !== undefined) return { tls: kept, caFile };
  const { ca, cert, key } = selfSignedTls({ hosts, ...(validDays !== undefined && { validDays }) });
  // The certificate last: it is kept only with a key and an authority beside it.
  await writeWhole(keyFile, key);
  await writeWhole(caFile, ca);
  await writeWhole(certFile, cert);
  return { tls: { cert, key }, caFile };
}

/** Whole or not at all, and for its owner only. */
async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, text, { mode: 0o600, flush: true });
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

async function keptTls(certFile: string, keyFile: string, hosts: readonly string[]): Promise<Tls | undefined> {
  try {
    const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
    const parsed = new X509Certificate(cert);
    const isFor = (host: string): boolean =>
      (isIP(host) === 0 ? parsed.checkHost(host) : parsed.checkIP(host)) !== undefined;
    const isLasting = new Date(parsed.validTo).getTime() > Date.now() + RENEW_MS;
    const isWhole = parsed.checkPrivateKey(createPrivateKey(key));
    return isWhole && isLasting && hosts.every(isFor) ? { cert, key } : undefined;
  } catch {
    return undefined;
  }
}
