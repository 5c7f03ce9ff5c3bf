import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { z } from 'zod';

/** Written last: a folder without it is no backup. */
export const MANIFEST_FILE = 'manifest.json';
const FORMAT = 1;

const manifest = z.object({
  format: z.literal(FORMAT),
  database: z.enum(['sqlite', 'postgres']),
  /** Of the tables. */
  schemaVersion: z.int().min(1),
  madeAt: z.iso.datetime(),
  files: z.array(
    z.object({
      /** Inside the backup, with slashes. */
      path: z.string().refine(staysInside, 'leads out of the backup'),
      sizeBytes: z.int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
export type Manifest = z.infer<typeof manifest>;
export type BackedUpFile = Manifest['files'][number];

export const newManifest = (parts: Omit<Manifest, 'format'>): Manifest => ({ format: FORMAT, ...parts });

/** @throws BatonError when the folder is no backup, or one of a newer program */
export function readManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST_FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new BatonError(Code.NotFound, `${folder} is no backup, or was not finished: ${MANIFEST_FILE} is missing.`, {
      cause,
    });
  }
  try {
    return manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new BatonError(Code.DataLoss, `${path} is damaged, or of a newer version of this program.`, { cause });
  }
}

function staysInside(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\:\0]/.test(part));
}
