import { readFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';

/** The bytes of the database in a `.c1z`: what stands behind its header, unpacked. */
export function unpackedBytes(path: string): Buffer {
  return zstdDecompressSync(readFileSync(path).subarray('C1ZF\0'.length));
}
