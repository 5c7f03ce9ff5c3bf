// How long list pages of the console take with 20 clients at once, over HTTP, on SQLite and on PostgreSQL where one is
// installed: at 1,000 accounts with 20,000 grants and at a large size, which may take twice as long at the most. Prints a
// verdict for each page, and how many are within.
//
//   npm run bench console-lists                       short: to 10,000 accounts with 200,000 grants
//   npm run bench console-lists -- --full             the size we promise, 100,000 accounts with 2,000,000 grants, and enough
//                                                     requests for a steady figure: minutes to fill, then minutes to measure
//
// --folder keeps the databases there, and takes those that are there; --on sqlite or postgres; --only takes the pages whose name
// the pattern finds; --rounds and --requests (of each client in a round) make it steadier.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    folder: { type: 'string' },
    on: { type: 'string', multiple: true, default: ['sqlite', 'postgres'] },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
    requests: { type: 'string' },
  },
});
const small = ['1000', '20000'];
const large = flags.full ? ['100000', '2000000'] : ['10000', '200000'];
const rounds = flags.rounds ?? (flags.full ? '7' : '3');
const requests = flags.requests ?? (flags.full ? '5' : '2');
const program = join(import.meta.dirname, '../packages/console-server/src/apps/testing/list-bench.ts');
/** The 95th percentile of any page may be so many times that of the small size. */
const MOST_TIMES = 2;
/** A guide, for a machine that does nothing else. */
const GUIDE_MS = 100;

const folder = flags.folder ?? mkdtempSync(join(tmpdir(), 'bench-lists-'));
try {
  for (const on of flags.on) await compare(on);
} finally {
  if (flags.folder === undefined) rmSync(folder, { recursive: true, force: true });
}

async function compare(on: string): Promise<void> {
  const args = [program, on, folder, ...small, ...large, rounds, requests, flags.only];
  const child = spawn(process.execPath, [...process.execArgv, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let [pages, within, quick] = [0, 0, 0];
  for await (const line of createInterface({ input: child.stdout })) {
    const { name, before, after } = JSON.parse(line);
    const times = after.p95 / before.p95;
    const isWithin = times <= MOST_TIMES;
    pages += 1;
    if (isWithin) within += 1;
    if (after.p95 <= GUIDE_MS) quick += 1;
    const ms = (value: number): string => value.toFixed(0).padStart(4);
    console.log(
      `${isWithin ? 'ok  ' : 'MISS'} ${on} ${name.padEnd(42)} p95 ${ms(before.p95)} → ${ms(after.p95)} ms, ${times.toFixed(1)} × (p50 ${ms(before.p50)} → ${ms(after.p50)} ms)`,
    );
  }
  await ended;
  if (child.exitCode !== 0) process.exit(1);
  if (pages === 0) console.log(`${on}: it is not installed here`);
  else console.log(`${on}: ${within} of ${pages} pages within ${MOST_TIMES} ×, ${quick} under ${GUIDE_MS} ms`);
}
