// A full sync as a task of C1 with a million grants, a fifth of them by expansion: how long it takes, and how long the
// main thread, which has to send heartbeats meanwhile, was held up at most in each part of it.
//
//   npm run bench service-sync                    1,000,000 grants
//   npm run bench service-sync -- --grants 50000  another number
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

interface Figures {
  readonly ms: number;
  readonly uploadedBytes: number;
  readonly peakBytes: number;
  /** By part: the longest by the clock, and the longest of the main thread's own processor time. */
  readonly parts: Readonly<Record<string, { readonly ms: number; readonly cpuMs: number }>>;
}

/** A service that says nothing for longer looks dead to whoever watches it. */
const mostMs = 250;

const { values: flags } = parseArgs({ options: { grants: { type: 'string', default: '1000000' } } });
const program = join(import.meta.dirname, '../packages/connector-sdk/src/service/testing/sync-many-grants.ts');
const { status, stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, program, flags.grants], {
  encoding: 'utf8',
});
if (status !== 0) throw new Error(`The sync failed:\n${stderr}`);
const figures: Figures = JSON.parse(stdout);

console.log(`${Number(flags.grants).toLocaleString('en')} grants in ${(figures.ms / 1000).toFixed(1)} s, \
file of ${(figures.uploadedBytes / 1e6).toFixed(1)} MB, peak memory ${Math.round(figures.peakBytes / 1e6)} MB`);
console.log(`      ${'main thread held up, at most'.padEnd(34)}by the clock   of processor`);
for (const [part, { ms, cpuMs }] of Object.entries(figures.parts)) {
  // On a machine with other work the clock says how long that took as well.
  const isGood = Math.min(ms, cpuMs) <= mostMs;
  console.log(`${isGood ? 'ok  ' : 'MISS'}  ${part.padEnd(34)}${milliseconds(ms)}${milliseconds(cpuMs)}`);
  if (!isGood) process.exitCode = 1;
}

function milliseconds(ms: number): string {
  return `${Math.round(ms)} ms`.padStart(12);
}
