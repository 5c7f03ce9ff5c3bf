// A program of its own: two databases of different sizes, a real console on each, and every list page asked for of both in turn
// with 20 clients at once, so that a slow moment of the machine meets both. Prints a line of JSON for each page. Arguments:
// `sqlite` or `postgres`, a folder, accounts and grants of both sizes, rounds, requests of each client in a round, a pattern.
import { openListDatabase } from './list-database.ts';
import { type ListPage, listPages } from './list-pages.ts';
import { type Ask, startConsole } from './measured-console.ts';

const CLIENTS = 20;
const DEEP_PAGES = 30;
const WARM_UP_REQUESTS = 10;

const [database = '', folder = '', ...more] = process.argv.slice(2);
const [smallAccounts = 0, smallGrants = 0, accounts = 0, grants = 0, rounds = 0, requests = 0] = more.map(Number);
const pattern = new RegExp(more[6] ?? '');
// A PostgreSQL that was started does not keep this process from ending.
const alive = setInterval(() => {}, 1_000);
try {
  await measure(database === 'postgres' ? 'postgres' : 'sqlite');
} finally {
  clearInterval(alive);
}

async function measure(kind: 'sqlite' | 'postgres'): Promise<void> {
  const small = await openListDatabase(kind, smallAccounts, smallGrants, folder);
  const large = await openListDatabase(kind, accounts, grants, folder);
  if (small === undefined || large === undefined) return;
  const consoles: Awaited<ReturnType<typeof startConsole>>[] = [];
  try {
    for (const { place } of [small, large]) consoles.push(await startConsole(place));
    const sizes = [small, large].map(({ ids }, index) => ({ pages: listPages(ids), ask: consoles[index]?.ask }));
    for (const [index, { name }] of listPages(small.ids).entries()) {
      if (!pattern.test(name)) continue;
      const asks = [];
      for (const { pages, ask } of sizes) {
        const page = pages[index];
        if (page !== undefined && ask !== undefined) asks.push(await askerOf(page, ask));
      }
      const [before, after] = await inTurns(asks);
      process.stdout.write(`${JSON.stringify({ name, before, after })}\n`);
    }
  } finally {
    for (const console of consoles) await console.stop();
    for (const opened of [small, large]) await opened.stop();
  }
}

/** Asks for the page that is to be measured. */
async function askerOf({ path, body, isDeep = false }: ListPage, ask: Ask): Promise<() => Promise<unknown>> {
  let pageToken = '';
  for (let page = 0; isDeep && page < DEEP_PAGES; page += 1) {
    const { nextPageToken } = await ask(path, { ...body, pageToken });
    if (nextPageToken === undefined || nextPageToken === '') break;
    pageToken = nextPageToken;
  }
  const wanted = body && { ...body, ...(pageToken !== '' && { pageToken }) };
  const request = () => ask(path, wanted);
  for (let warm = 0; warm < WARM_UP_REQUESTS; warm += 1) await request();
  return request;
}

/** Percentiles of each: of every round, and of these the one in the middle, which a single slow moment does not move. */
async function inTurns(asks: readonly (() => Promise<unknown>)[]): Promise<{ p50: number; p95: number }[]> {
  const all = asks.map((): { p50: number; p95: number }[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, ask] of asks.entries()) all[index]?.push(await aRound(ask));
  }
  return all.map((measured) => ({
    p50: percentile(
      measured.map(({ p50 }) => p50),
      0.5,
    ),
    p95: percentile(
      measured.map(({ p95 }) => p95),
      0.5,
    ),
  }));
}

async function aRound(ask: () => Promise<unknown>): Promise<{ p50: number; p95: number }> {
  const tookMs: number[] = [];
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (let request = 0; request < requests; request += 1) {
        const startedMs = performance.now();
        await ask();
        tookMs.push(performance.now() - startedMs);
      }
    }),
  );
  return { p50: percentile(tookMs, 0.5), p95: percentile(tookMs, 0.95) };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
