import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type BuildOptions, build as bundle } from 'esbuild';
import { programs as built, bundlerOptions } from '../scripts/build.mjs';
import { root } from './paths.ts';
import type { Program } from './programs.ts';
import type { Release } from './release.ts';

/** A program as JavaScript files, and what they were made of. */
export interface Bundle {
  /** By path from its folder: `main.js`, its chunks, its workers. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** The entries of its threads, each as one script, by file name. */
  readonly workers: ReadonlyMap<string, Buffer>;
  /** Source files from the root of the checkout. */
  readonly inputs: readonly string[];
}

/** Bundles a program the way `npm run build` does, with the release written into it. */
export async function bundleProgram({ folder }: Program, { version, commit }: Release): Promise<Bundle> {
  const entries = Object.entries(built.find((one) => one.folder === folder)?.entries ?? {}).filter(([, source]) =>
    existsSync(join(root, source)),
  );
  const define = { BATON_BUILD: JSON.stringify({ version, commit }) };
  const whole = await run({ entryPoints: Object.fromEntries(entries), splitting: true, define });
  const workers = await run({
    entryPoints: Object.fromEntries(entries.filter(([name]) => name !== 'main')),
    splitting: false,
    define,
  });
  return { files: whole.files, workers: workers.files, inputs: [...new Set([...whole.inputs, ...workers.inputs])] };
}

async function run(options: BuildOptions): Promise<Omit<Bundle, 'workers'>> {
  const outdir = join(root, 'dist', 'not-written');
  const { outputFiles, metafile } = await bundle({
    ...bundlerOptions,
    ...options,
    outdir,
    // Names stay, for messages and stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    write: false,
    metafile: true,
  });
  const files = outputFiles
    .map(({ path, contents }) => [relative(outdir, path).split(sep).join('/'), Buffer.from(contents)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  // What was read but left out of every output is not part of the program.
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  return { files: new Map(files), inputs: [...new Set(used)] };
}
