import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles the program over a ledger as programs are shipped, so that it starts fast; returns its file. */
export async function bundleLedgerService(folder: string): Promise<string> {
  await build({
    entryPoints: {
      main: fileURLToPath(new URL('./ledger-service.test-program.ts', import.meta.url)),
      'pack-worker': fileURLToPath(new URL('./pack-worker.ts', import.meta.resolve('@baton-ts/c1z'))),
    },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    conditions: ['x-source'],
    // CommonJS dependencies inside an ES module bundle call `require`.
    banner: { js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);' },
    logLevel: 'error',
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return join(folder, 'main.js');
}
