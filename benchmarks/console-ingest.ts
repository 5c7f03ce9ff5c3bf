// How fast the console takes in a sync: the first one, the same again, and one with 1 % changes, on SQLite and on PostgreSQL
// where one is installed; how long the server's thread was held meanwhile, and the peak memory of the process.
//
//   npm run bench console-ingest                                           10,000 accounts, 200,000 grants
//   npm run bench console-ingest -- --accounts 100000 --grants 2000000     the size we promise: takes minutes
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: {
    accounts: { type: 'string', default: '10000' },
    grants: { type: 'string', default: '200000' },
    /** Keeps the files here, and takes those that are there. */
    folder: { type: 'string' },
  },
});
const rows = Number(flags.accounts) + Number(flags.grants);
const testing = join(import.meta.dirname, '../packages/console-server/src/ingestion/testing');
const folder = flags.folder ?? mkdtempSync(join(tmpdir(), 'bench-ingest-'));
try {
  run('write-large-company.ts', [folder, flags.accounts, flags.grants]);
  // On a busy machine the processor time says more; that of PostgreSQL is not in it.
  console.log(`file: ${Math.round(statSync(join(folder, 'first.c1z')).size / 1e6)} MB`);
  for (const on of ['sqlite', 'postgres']) {
    let firstMs = 0;
    for (const line of run('ingest-bench.ts', [on, folder]).trim().split('\n')) {
      const { what, ms, cpuMs, result, longestHoldMs, peakMb } = JSON.parse(line);
      if (ms === undefined) {
        console.log(`${on}: ${what}`);
        continue;
      }
      firstMs ||= ms;
      const rate = Math.round((rows / ms) * 1000).toLocaleString('en');
      console.log(
        `${on} ${what}: ${(ms / 1000).toFixed(1)} s, ${(cpuMs / 1000).toFixed(1)} s of processor time (the first one took ${(firstMs / ms).toFixed(1)} ×), ${rate} rows/s, longest hold ${longestHoldMs} ms, peak ${peakMb} MB, ${result}`,
      );
    }
    for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `console.db${end}`), { force: true });
  }
} finally {
  if (flags.folder === undefined) rmSync(folder, { recursive: true, force: true });
}

function run(program: string, args: readonly string[]): string {
  const { status, stdout } = spawnSync(process.execPath, [...process.execArgv, join(testing, program), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) process.exit(1);
  return stdout;
}
