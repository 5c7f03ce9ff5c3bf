// How long list pages of the console take with 20 clients at once, over HTTP, on SQLite and on PostgreSQL where one is
// installed: at a small size and at a large one, which may take twice as long at the most.
//
//   npm run bench console-lists                                          to 20,000 accounts with 400,000 grants
//   npm run bench console-lists -- --accounts 100000 --grants 2000000    the size we promise: takes minutes to fill
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: {
    accounts: { type: 'string', default: '20000' },
    grants: { type: 'string', default: '400000' },
    on: { type: 'string', multiple: true, default: ['sqlite', 'postgres'] },
  },
});
const program = join(import.meta.dirname, '../packages/console-server/src/apps/testing/list-bench.ts');
/** The 95th percentile of any page may be so many times that of the small size. */
const MOST_TIMES = 2;

for (const on of flags.on) {
  const small = measured(on, '1000', '20000');
  const large = measured(on, flags.accounts, flags.grants);
  if (small.size === 0) console.log(`${on}: it is not installed here`);
  for (const [name, before] of small) {
    const after = large.get(name) ?? { p50: 0, p95: 0 };
    const times = after.p95 / before.p95;
    const ms = (value: number): string => value.toFixed(0).padStart(4);
    console.log(
      `${on} ${name.padEnd(36)} p50 ${ms(before.p50)} → ${ms(after.p50)} ms, p95 ${ms(before.p95)} → ${ms(after.p95)} ms, ${times.toFixed(1)} ×${times > MOST_TIMES ? '  too much' : ''}`,
    );
  }
}

function measured(on: string, accounts: string, grants: string): Map<string, { p50: number; p95: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-lists-'));
  try {
    const { status, stdout } = spawnSync(
      process.execPath,
      [...process.execArgv, program, on, accounts, grants, folder],
      { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
    );
    if (status !== 0) process.exit(1);
    const lines = stdout.split('\n').filter((line) => line !== '');
    return new Map(lines.map((line) => JSON.parse(line)).map(({ name, p50, p95 }) => [name, { p50, p95 }]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
