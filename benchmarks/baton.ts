// What `baton` needs for a file of a million grants, against decompressing it and reading its rows with node:sqlite alone.
// Each runs in a process of its own, so that its peak memory is its own; they take turns, and the best of three counts.
//
//   npm run bench baton                     1,000,000 grants
//   npm run bench baton -- --grants 20000   another size
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { decompressAlone, readAlone } from './baton/limit.ts';

const { values: flags } = parseArgs({
  options: {
    grants: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '3' },
    variant: { type: 'string' },
    folder: { type: 'string', default: '' },
  },
});
const grants = Number(flags.grants);
/** Every person holds it. */
const entitlementId = 'scope:group-7.scope-7.read:assigned';
const launcher = join(import.meta.dirname, '..', 'packages', 'baton', 'bin', 'baton.mjs');
/** A process that holds more is one whose memory grows with the file. */
const atMostBytes = 300e6;
/** A person waits for it. It grows with the file: the limit is for two syncs of a million grants. */
const reviewMs = (60_000 * grants) / 1_000_000;

if (flags.variant !== undefined) await runVariant(flags.variant, flags.folder);
else measureAll();

async function runVariant(variant: string, folder: string): Promise<void> {
  const path = join(folder, 'later.c1z');
  if (variant === 'decompress') await decompressAlone(path, folder);
  else if (variant === 'read') await readAlone(path, folder);
  else {
    // Loaded here alone: the limits are to be those of a process that loads nothing.
    const { makeFile } = await import('./baton/make.ts');
    await makeFile(join(folder, 'earlier.c1z'), folder, grants, false);
    await makeFile(path, folder, grants, true);
    const both = join(folder, 'both.c1z');
    copyFileSync(join(folder, 'earlier.c1z'), both);
    await makeFile(both, folder, grants, true);
  }
}

interface Figures {
  /** By the clock. */
  readonly ms: number;
  /** Of processors, by all threads. */
  readonly cpuMs: number;
  readonly peakBytes: number;
}

function measureAll(): void {
  if (!Number.isInteger(grants) || grants < 1000) {
    console.error('--grants takes a whole number of at least 1000.');
    process.exit(1);
  }
  const folder = mkdtempSync(join(tmpdir(), 'bench-baton-'));
  try {
    own('make', folder);
    const later = ['-f', join(folder, 'later.c1z')];
    const programs = {
      decompress: () => own('decompress', folder),
      read: () => own('read', folder),
      stats: () => baton(folder, ['stats', ...later]),
      grants: () => baton(folder, ['grants', '-e', entitlementId, ...later]),
      'export csv': () => baton(folder, ['export csv', '--out', join(folder, 'out.csv'), ...later]),
      // Everything in it is checked, compared and counted, for two syncs.
      review: () =>
        baton(folder, ['review', '--force', '--out', join(folder, 'review.html'), '-f', join(folder, 'both.c1z')]),
      diff: () => baton(folder, ['diff', '--base-file', join(folder, 'earlier.c1z'), ...later]),
    };
    const best = new Map<string, Figures>();
    for (let run = 0; run < Number(flags.runs); run += 1) {
      for (const [name, start] of Object.entries(programs)) best.set(name, better(best.get(name), start()));
    }
    const [decompress, read] = [best.get('decompress'), best.get('read')];
    if (decompress === undefined || read === undefined) return;
    console.log(`${grants.toLocaleString('en')} grants                by the clock  of processors  peak memory`);
    tell('decompression alone', decompress);
    tell('and reading every row', read);
    const limits: readonly (readonly [name: string, limit: Figures, atMost: number])[] = [
      ['stats', decompress, 1.4],
      [`grants`, decompress, 1.4],
      ['export csv', read, 2],
      ['diff', read, 3],
    ];
    for (const [name, limit, atMost] of limits) {
      const figures = best.get(name);
      if (figures !== undefined) tell(`baton ${name}`, figures, { limit, atMost });
    }
    const review = best.get('review');
    if (review !== undefined) tell('baton review of two syncs', review, { atMostMs: reviewMs });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function better(before: Figures | undefined, now: Figures): Figures {
  if (before === undefined) return now;
  return {
    ms: Math.min(before.ms, now.ms),
    cpuMs: Math.min(before.cpuMs, now.cpuMs),
    peakBytes: Math.max(before.peakBytes, now.peakBytes),
  };
}

type Demand = { readonly limit: Figures; readonly atMost: number } | { readonly atMostMs: number };

function tell(name: string, figures: Figures, demand?: Demand): void {
  const { ms, cpuMs, peakBytes } = figures;
  const row = `${name.padEnd(30)}${`${Math.round(ms)} ms`.padStart(12)}${`${Math.round(cpuMs)} ms`.padStart(15)}${`${Math.round(peakBytes / 1e6)} MB`.padStart(13)}`;
  if (demand === undefined) return console.log(`     ${row}`);
  const isFast = 'atMostMs' in demand ? ms <= demand.atMostMs : ms / demand.limit.ms <= demand.atMost;
  const told =
    'atMostMs' in demand
      ? `at most ${demand.atMostMs} ms`
      : `ratio ${(ms / demand.limit.ms).toFixed(2)} (${(cpuMs / demand.limit.cpuMs).toFixed(2)} of processors), at most ${demand.atMost}`;
  console.log(`${isFast && peakBytes <= atMostBytes ? 'ok  ' : 'MISS'} ${row}  ${told}`);
}

function own(variant: string, folder: string): Figures {
  return measured(folder, [
    ...process.execArgv,
    import.meta.filename,
    '--variant',
    variant,
    '--folder',
    folder,
    '--grants',
    String(grants),
  ]);
}

function baton(folder: string, [command = '', ...args]: readonly string[]): Figures {
  return measured(folder, [launcher, ...command.split(' '), ...args]);
}

/** Runs a program of Node.js that tells at its end what it took. */
function measured(folder: string, args: readonly string[]): Figures {
  const figures = join(folder, 'figures.json');
  const hook = join(folder, 'tell-figures.mjs');
  writeFileSync(
    hook,
    `import { writeFileSync } from 'node:fs';
     process.on('exit', () => {
       const { user, system } = process.cpuUsage();
       const peakBytes = process.resourceUsage().maxRSS * 1024;
       writeFileSync(${JSON.stringify(figures)}, JSON.stringify({ cpuMs: (user + system) / 1000, peakBytes }));
     });`,
  );
  const startedMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--import', pathToFileURL(hook).href, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: folder },
  });
  const ms = performance.now() - startedMs;
  if (status !== 0) {
    console.error(`${args.join(' ')} ended with ${status}:\n${stderr}`);
    process.exit(1);
  }
  return { ms, ...JSON.parse(readFileSync(figures, 'utf8')) };
}
