import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
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
  await writeFile(keyFile, key, { mode: 0o600 });
  await writeFile(certFile, cert);
  await writeFile(caFile, ca);
  return { tls: { cert, key }, caFile };
}

async function keptTls(certFile: string, keyFile: string, hosts: readonly string[]): Promise<Tls | undefined> {
  try {
    const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
    const parsed = new X509Certificate(cert);
    const isFor = (host: string): boolean =>
      (isIP(host) === 0 ? parsed.checkHost(host) : parsed.checkIP(host)) !== undefined;
    const isLasting = new Date(parsed.validTo).getTime() > Date.now() + RENEW_MS;
    return isLasting && hosts.every(isFor) ? { cert, key } : undefined;
  } catch {
    return undefined;
  }
}
