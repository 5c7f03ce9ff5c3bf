// How fast grants become a `.c1z`, against what SQLite and zstd alone need for the same rows, and how fast one
// entitlement's grants are read back. Each variant runs in a process of its own, so that its peak memory is its own.
//
//   npm run bench grants-file                     100,000 and 1,000,000 grants
//   npm run bench grants-file -- --grants 20000   one size
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type LimitFigures, limitRun } from './grants-file/limit.ts';
import { type ReadFigures, readRun } from './grants-file/read.ts';
import { type StoreFigures, storeRun } from './grants-file/store.ts';
import { nothing, plus, type Span } from './grants-file/usage.ts';

const { values: flags } = parseArgs({
  options: { grants: { type: 'string' }, variant: { type: 'string' }, folder: { type: 'string' } },
});

if (flags.variant !== undefined && flags.folder !== undefined) {
  console.log(JSON.stringify(await runVariant(flags.variant, flags.folder, Number(flags.grants))));
} else {
  const sizes = flags.grants === undefined ? [100_000, 1_000_000] : [Number(flags.grants)];
  if (sizes.some((size) => !Number.isInteger(size) || size < 100)) {
    console.error('--grants takes a whole number of at least 100.');
    process.exit(1);
  }
  const perGrant = sizes.map(measure);
  const [small, large] = perGrant;
  if (small !== undefined && large !== undefined) {
    console.log(
      `\nProcessor time per grant at ${count(sizes[1])} against ${count(sizes[0])}: ${(large / small).toFixed(2)} ×`,
    );
  }
}

async function runVariant(variant: string, folder: string, grants: number): Promise<unknown> {
  switch (variant) {
    case 'store':
      return storeRun(folder, grants);
    case 'limit':
      return limitRun(folder);
    default:
      return readRun(folder);
  }
}

/** Runs the variants for one size, prints what they took, and returns the processor time for one grant. */
function measure(grants: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'bench-grants-'));
  try {
    const store = child('store', folder, grants);
    const limit = child('limit', folder, grants);
    const read = child('read', folder, grants);
    const ours = plus(store.put, store.index, store.finish, store.pack);
    const bare = plus(limit.insert, limit.index, limit.pack);
    console.log(`
${count(grants)} grants, file of ${(store.fileBytes / 1e6).toFixed(1)} MB       by the clock       of processors
                        store    limit     store    limit
  encode and insert ${row(store.put, limit.insert)}
  index             ${row(store.index, limit.index)}
  finish, count     ${row(store.finish, nothing)}
  pack, rename      ${row(store.pack, limit.pack)}
  together          ${row(ours, bare)}
  ratio             ${(ours.ms / bare.ms).toFixed(2)} by the clock, ${(ours.cpuMs / bare.cpuMs).toFixed(2)} of processors
  encoding          about ${Math.round(store.put.cpuMs - limit.insert.cpuMs)} ms of processors
  making objects    ${Math.round(store.make.ms)} ms, not counted above
  rate              ${count(Math.round((grants / ours.ms) * 1000))} rows/s
  peak memory       ${mb(store.peakBytes)} (limit: ${mb(limit.peakBytes)})
  read one entitlement's ${count(read.rows)} grants: ${Math.round(read.openAndRead.ms)} ms, opening included; \
decompression alone ${Math.round(read.decompress.ms)} ms; ratio ${(read.openAndRead.ms / read.decompress.ms).toFixed(2)} by the clock, \
${(read.openAndRead.cpuMs / read.decompress.cpuMs).toFixed(2)} of processors`);
    return ours.cpuMs / grants;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Figures {
  readonly store: StoreFigures;
  readonly limit: LimitFigures;
  readonly read: ReadFigures;
}

function child<Variant extends keyof Figures>(variant: Variant, folder: string, grants: number): Figures[Variant] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...process.execArgv, import.meta.filename, '--variant', variant, '--folder', folder, '--grants', String(grants)],
    { encoding: 'utf8' },
  );
  if (status !== 0) {
    console.error(`The variant ${variant} failed:\n${stderr}`);
    process.exit(1);
  }
  return JSON.parse(stdout);
}

function count(value: number | undefined): string {
  return (value ?? 0).toLocaleString('en');
}

function row(ours: Span, bare: Span): string {
  return [ours.ms, bare.ms, ours.cpuMs, bare.cpuMs].map((ms) => `${Math.round(ms)} ms`.padStart(9)).join('');
}

function mb(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
