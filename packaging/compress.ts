import { promisify } from 'node:util';
import { deflateRaw, gzip } from 'node:zlib';
import type { ArchiveEntry } from './tar.ts';
import { tarOf } from './tar.ts';

const gzipped = promisify(gzip);
const deflated = promisify(deflateRaw);

/** Higher ones need twice the time and save half a percent. */
const LEVEL = 6;

export async function tarGz(entries: readonly ArchiveEntry[], timeSeconds: number): Promise<Buffer> {
  return await gzip6(await tarOf(entries, timeSeconds));
}

export async function gzip6(content: Buffer): Promise<Buffer> {
  return await gzipped(content, { level: LEVEL });
}

export async function deflate6(content: Buffer): Promise<Buffer> {
  return await deflated(content, { level: LEVEL });
}
