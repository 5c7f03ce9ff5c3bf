// Syncs a large simulated account with the real `baton-sendgrid` and holds requests and time against what they must be.
// `npm run bench sendgrid-sync`; with `-- --limits` also under a rate limit.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LoggedRequest, RequestReport } from 'sendgrid-simulator';

const size = { teammates: 1000, admins: 10, subusers: 20, localTeammates: 40, invitations: 120 };
const latencyMs = 100;
const inFlight = 10;
/** The pages of the service's lists, and of subuser access. */
const pageRows = 500;
const root = join(import.meta.dirname, '..');

interface Limit {
  readonly perWindow: number;
  readonly windowMs: number;
}

interface RunningSimulator {
  readonly url: string;
  readonly apiKey: string;
  readonly child: ChildProcess;
}

async function startSimulator({ perWindow, windowMs }: Limit): Promise<RunningSimulator> {
  const args = [
    ['--teammates', size.teammates],
    ['--admins', size.admins],
    ['--subusers', size.subusers],
    ['--local-teammates', size.localTeammates],
    ['--invitations', size.invitations],
    ['--latency-ms', latencyMs],
    ['--rate-limit', perWindow],
    ['--window-ms', windowMs],
  ].flatMap(([name, value]) => [String(name), String(value)]);
  const main = join(root, 'packages/sendgrid-simulator/src/main.ts');
  const child = spawn(process.execPath, ['--conditions=x-source', main, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { url, apiKey } = JSON.parse(line) as { url: string; apiKey: string };
    return { url, apiKey, child };
  }
  throw new Error('The simulator ended before it was up.');
}

function runSync({ url, apiKey }: RunningSimulator, file: string): Promise<number> {
  const program = join(root, 'packages/sendgrid/bin/baton-sendgrid.mjs');
  const child = spawn(process.execPath, [program, '--file', file, '--log-level', 'error'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, BATON_SENDGRID_API_KEY: apiKey, BATON_SENDGRID_BASE_URL: url },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** What a sync may ask, beside at most 5 requests of validation. */
function expectedRequests(): number {
  const { teammates, admins, subusers, localTeammates, invitations } = size;
  const pages = (rows: number) => Math.max(1, Math.ceil(rows / pageRows));
  const others = teammates - admins;
  const lists = pages(teammates) + pages(invitations) + pages(subusers);
  return lists + others + 1 + others + subusers + localTeammates;
}

function duplicates(log: readonly LoggedRequest[]): readonly string[] {
  const seen = new Set<string>();
  return log
    .filter(({ method, status }) => method === 'GET' && status === 200)
    .map(({ path, query, onBehalfOf }) => `${path}?${query} ${onBehalfOf}`)
    .filter((key) => seen.size === seen.add(key).size);
}

/**
 * The earliest end that the limit and the latency allow, from the first request. The first window is cut short, so what
 * fits into it depends on when the sync began; the routes share what can be in flight.
 */
function limitBoundMs({ log }: RequestReport, { perWindow, windowMs }: Limit): number {
  const first = log[0]?.atMs ?? 0;
  const firstWindow = Math.floor(first / windowMs);
  const answered = log.filter(({ status }) => status !== 429);
  const byRoute = Map.groupBy(answered, ({ route, onBehalfOf }) => `${route} ${onBehalfOf}`);
  const ends = [...byRoute.values()].map(({ length: count }) => {
    const perMs = (inFlight / latencyMs) * (count / answered.length);
    const inFirst = Math.min(perWindow, Math.floor(((firstWindow + 1) * windowMs - first) * perMs));
    if (inFirst >= count) return count / perMs;
    const later = Math.ceil((count - inFirst) / perWindow);
    const inLast = count - inFirst - (later - 1) * perWindow;
    return (firstWindow + later) * windowMs - first + inLast / perMs;
  });
  return Math.max(0, ...ends);
}

function most429InOneWindow({ log }: RequestReport, windowMs: number): number {
  const refused = log.filter(({ status }) => status === 429);
  const groups = Map.groupBy(refused, ({ route, onBehalfOf, atMs }) =>
    JSON.stringify([route, onBehalfOf, Math.floor(atMs / windowMs)]),
  );
  return Math.max(0, ...[...groups.values()].map(({ length }) => length));
}

function show(what: string, actual: string | number, bound: string | number, isGood: boolean): boolean {
  console.log(`  ${isGood ? 'ok  ' : 'MISS'} ${what.padEnd(28)}${String(actual).padStart(9)}   at most ${bound}`);
  return isGood;
}

async function measure(title: string, limit: Limit): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-sendgrid-'));
  const simulator = await startSimulator(limit);
  try {
    console.log(`\n${title}`);
    const start = performance.now();
    const code = await runSync(simulator, join(folder, 'sync.c1z'));
    const tookMs = performance.now() - start;
    const report = (await (await fetch(`${simulator.url}/_control/requests`)).json()) as RequestReport;
    for (const [route, requests] of Map.groupBy(report.log, ({ method, route }) => `${method} ${route}`)) {
      console.log(`  ${String(requests.length).padStart(6)}  ${route}`);
    }
    const answered = report.log.filter(({ status }) => status !== 429).length;
    const repeats = duplicates(report.log);
    for (const repeat of repeats.slice(0, 5)) console.log(`         twice: GET ${repeat}`);
    const freeBoundMs = 1.3 * ((answered * latencyMs) / inFlight) + 1000;
    const boundMs = limit.perWindow === 0 ? freeBoundMs : Math.max(freeBoundMs, 1.1 * limitBoundMs(report, limit));
    const results = [
      show('exit code', code, 0, code === 0),
      show('requests', answered, `${expectedRequests()} + 5`, answered <= expectedRequests() + 5),
      show('asked twice', repeats.length, 0, repeats.length === 0),
      show('most in flight', report.mostInFlight, inFlight, report.mostInFlight <= inFlight),
      show('time, ms', Math.round(tookMs), Math.round(boundMs), tookMs <= boundMs),
      show(
        '429 per route and window',
        most429InOneWindow(report, limit.windowMs),
        1,
        most429InOneWindow(report, limit.windowMs) <= 1,
      ),
    ];
    return !results.includes(false);
  } finally {
    simulator.child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

const results = [await measure(`No limit, ${latencyMs} ms latency`, { perWindow: 0, windowMs: 60_000 })];
if (process.argv.includes('--limits')) {
  // Windows of 10 s instead of a minute, and few enough requests that the limit and not the latency decides.
  const limit = { perWindow: 250, windowMs: 10_000 };
  results.push(await measure(`${limit.perWindow} requests per route in ${limit.windowMs / 1000} s`, limit));
}
process.exitCode = results.includes(false) ? 1 : 0;
