// A program of its own, so that its peak memory is that of taking files in: takes those of the folder into an empty database
// and prints a line of JSON for each. Arguments: `sqlite` or `postgres`, the folder.
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openStore } from '../../store/open-store.ts';
import { postgresPrograms } from '../../store/postgres-programs.ts';
import { startPostgres } from '../../testing/postgres-server.ts';
import { ingestAside } from '../ingest-aside.ts';
import { Console } from './company.ts';

const [database = '', folder = ''] = process.argv.slice(2);
// A PostgreSQL that was started does not keep this process from ending.
const alive = setInterval(() => {}, 1_000);
const programs = database === 'postgres' ? postgresPrograms('initdb', 'postgres') : undefined;
if (database === 'postgres' && programs === undefined) say({ what: 'PostgreSQL is not installed here' });
else await takeIn();
clearInterval(alive);

async function takeIn(): Promise<void> {
  const server = programs === undefined ? undefined : await startPostgres(programs);
  const clock = { now: () => Date.now(), sleep: async () => {} };
  const store = await openStore({ dataDir: folder, databaseUrl: server?.url('postgres'), clock });
  try {
    const console = new Console(store, folder, ingestAside);
    const to = await console.addConnector(await console.addApp());
    for (const [what, file] of [
      ['first sync', 'first.c1z'],
      ['same again', 'first.c1z'],
      ['1 % changed', 'changed.c1z'],
    ] as const) {
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      const startedMs = performance.now();
      const cpu = process.cpuUsage();
      const { result, reason } = await console.upload(to, { path: join(folder, file) });
      const ms = performance.now() - startedMs;
      delay.disable();
      const { user, system } = process.cpuUsage(cpu);
      const longestHoldMs = Math.round(delay.max / 1e6);
      say({
        what,
        result: `${result} ${reason}`.trim(),
        ms,
        cpuMs: (user + system) / 1e3,
        longestHoldMs,
        peakMb: peakMb(),
      });
    }
  } finally {
    await store.close();
    await server?.stop();
  }
}

function peakMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
