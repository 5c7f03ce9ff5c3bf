// A program of its own: fills a database, starts a real console on it and asks for every list page with 20 clients at once.
// Prints a line of JSON for each. Arguments: `sqlite` or `postgres`, accounts, grants, a folder.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Console, newId } from '../../ingestion/testing/company.ts';
import { writeLargeCompany } from '../../ingestion/testing/large-company.ts';
import { openStore, type StorePlace } from '../../store/open-store.ts';
import { postgresPrograms } from '../../store/postgres-programs.ts';
import type { Store } from '../../store/store.ts';
import { startPostgres } from '../../testing/postgres-server.ts';

const CLIENTS = 20;
const REQUESTS_OF_EACH = 12;
const DEEP_PAGES = 30;
const PAGE_SIZE = 50;
const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));

const [database = '', accounts = '', grants = '', folder = ''] = process.argv.slice(2);
// A PostgreSQL that was started does not keep this process from ending.
const alive = setInterval(() => {}, 1_000);
const programs = database === 'postgres' ? postgresPrograms('initdb', 'postgres') : undefined;
if (database !== 'postgres' || programs !== undefined) {
  const server = programs === undefined ? undefined : await startPostgres(programs);
  try {
    await measure({ dataDir: folder, databaseUrl: server?.url('postgres') });
  } finally {
    await server?.stop();
  }
}
clearInterval(alive);

async function measure(place: StorePlace): Promise<void> {
  const ids = await fill(place);
  const { child, ask } = await start(place);
  try {
    for (const { name, path, body, isDeep = false } of pages(ids)) {
      let pageToken = '';
      for (let page = 0; isDeep && page < DEEP_PAGES; page += 1) {
        const { nextPageToken } = await ask(path, { ...body, pageToken });
        if (nextPageToken === undefined || nextPageToken === '') break;
        pageToken = nextPageToken;
      }
      const wanted = body && { ...body, ...(pageToken !== '' && { pageToken }) };
      for (let warm = 0; warm < 5; warm += 1) await ask(path, wanted);
      const tookMs: number[] = [];
      await Promise.all(
        Array.from({ length: CLIENTS }, async () => {
          for (let request = 0; request < REQUESTS_OF_EACH; request += 1) {
            const startedMs = performance.now();
            await ask(path, wanted);
            tookMs.push(performance.now() - startedMs);
          }
        }),
      );
      tookMs.sort((one, other) => one - other);
      const at = (share: number): number => tookMs[Math.floor(tookMs.length * share)] ?? 0;
      process.stdout.write(`${JSON.stringify({ name, p50: at(0.5), p95: at(0.95) })}\n`);
    }
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

interface Ids {
  readonly appId: string;
  readonly accountId: string;
  readonly entitlementId: string;
}

/** Unless it is filled already. */
async function fill(place: StorePlace): Promise<Ids> {
  const clock = { now: () => Date.now(), sleep: async () => {} };
  const store = await openStore({ ...place, clock });
  try {
    const console = new Console(store, folder);
    const known = await store.db.selectFrom('connectors').select(['app_id as appId', 'id as connectorId']).execute();
    const to = known[0] ?? (await console.addConnector(await console.addApp()));
    for (const path of known.length > 0 ? [] : await writeLargeCompany(folder, Number(accounts), Number(grants))) {
      const { result, reason } = await console.upload(to, { path });
      if (result !== 'APPLIED') throw new Error(`${result}: ${reason}`);
      await noteSync(store, to, console.nowMs);
    }
    const held = await store.db
      .selectFrom('grants')
      .innerJoin('entitlements', 'entitlements.id', 'grants.entitlement_id')
      .select(['account_id', 'entitlement_id'])
      .where('entitlements.is_built_in', '=', 0)
      .limit(1)
      .executeTakeFirstOrThrow();
    return { appId: to.appId, accountId: held.account_id, entitlementId: held.entitlement_id };
  } finally {
    await store.close();
  }
}

/** As `finishSync` does. The feed begins with the first one. */
async function noteSync(store: Store, { appId, connectorId }: { appId: string; connectorId: string }, nowMs: number) {
  const times = { started_ms: nowMs, finished_ms: nowMs };
  const nothing = { c1_task_id: null, triggered_by: null, file_path: null, file_bytes: null, file_sha256: null };
  await store.db
    .insertInto('syncs')
    .values({
      ...times,
      ...nothing,
      id: newId(),
      app_id: appId,
      connector_id: connectorId,
      trigger: 'SCHEDULE',
      result: 'APPLIED',
      reason: '',
      counts: null,
      differences: null,
      warnings: '[]',
    })
    .execute();
}

interface ListPage {
  readonly name: string;
  readonly path: string;
  /** Without one it is read with GET. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly isDeep?: boolean;
}

function pages({ appId, accountId, entitlementId }: Ids): ListPage[] {
  const list = (what: string, path: string) => {
    const page = (name: string, more: object = {}, isDeep = false): ListPage => ({
      name: `${what}${name}`,
      path: `/api/v1/${path}`,
      body: { appIds: [appId], pageSize: PAGE_SIZE, ...more },
      isDeep,
    });
    return page;
  };
  const people = list('accounts', 'search/app_users');
  const entitlements = list('entitlements', 'search/entitlements');
  const resources = list('resources', 'search/app_resources');
  const held = list('grants', 'search/grants');
  const past = list('past grants', 'search/past-grants');
  const feed = list('feed', 'grants/feed');
  return [
    people(''),
    people(', deep', {}, true),
    people(', over all apps', { appIds: [] }),
    people(', a frequent word', { query: 'person' }),
    people(', a rare word', { query: 'person-777@' }),
    people(', a word of none', { query: 'nobody-here' }),
    people(', without owner', { owner: 'NONE' }),
    people(', orphaned', { owner: 'ORPHANED' }),
    people(', enabled users', { statuses: ['ENABLED'], types: ['USER'] }),
    people(', service accounts', { types: ['SERVICE_ACCOUNT'] }),
    people(', critical', { highestRisks: ['CRITICAL'] }),
    people(', low', { highestRisks: ['LOW'] }),
    people(', external', { onlyExternal: true }),
    people(', of a domain', { domains: ['example.com'] }),
    people(', by e-mail', { sort: 'email' }),
    people(', by grants, deep', { sort: '-grantCount' }, true),
    people(', by risk', { sort: '-highestRisk' }),
    people(', by first seen, deep', { sort: '-firstSeenAt' }, true),
    entitlements(''),
    entitlements(', by holders', { sort: '-grantCount' }),
    entitlements(', a word', { query: 'scope-17' }),
    entitlements(', critical', { riskLevels: ['CRITICAL'] }),
    resources(''),
    resources(', deep', {}, true),
    resources(', scopes', { resourceTypeIds: ['scope'] }),
    resources(', a rare word', { query: 'person-777@' }),
    held(''),
    held(', deep', {}, true),
    held(', of an account', { appUserIds: [accountId] }),
    held(', of an account by risk', { appUserIds: [accountId], sort: '-riskLevel' }),
    held(', of an entitlement', { entitlementIds: [entitlementId] }),
    held(', of an entitlement, deep', { entitlementIds: [entitlementId] }, true),
    held(', of an entitlement, a word', { entitlementIds: [entitlementId], query: 'person-7' }),
    held(', critical', { riskLevels: ['CRITICAL'] }),
    held(', direct', { directOnly: true }),
    past(''),
    past(', of an account', { appUserIds: [accountId] }),
    feed(''),
    feed(', of an account', { appUserIds: [accountId] }),
    { name: 'apps', path: '/api/v1/search/apps', body: {} },
    { name: 'an app', path: `/api/v1/apps/${appId}` },
    { name: 'resource types', path: `/api/v1/apps/${appId}/resource_types` },
    { name: 'home', path: '/api/v1/home' },
    { name: 'search over everything', path: '/api/v1/search/everything?query=person-777' },
  ];
}

type Ask = (path: string, body?: object) => Promise<{ readonly nextPageToken?: string }>;

/** A console in a process of its own, and whoever asks it as its first administrator. */
async function start({ dataDir, databaseUrl }: StorePlace): Promise<{ child: ChildProcess; ask: Ask }> {
  const flags = ['--data-dir', dataDir, '--http-port', '0', '--connector-port', '0'];
  const child = spawn(process.execPath, ['--conditions=x-source', MAIN, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DATABASE_URL: databaseUrl ?? '' },
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  while (!said.includes('#') && child.exitCode === null) await once(child.stdout, 'data');
  const url = /The console is at (\S+)\//.exec(said)?.[1] ?? '';
  const token = /#(\S+)/.exec(said)?.[1];
  const first = { token, email: 'ines@marlowe.example', displayName: 'Ines', password: 'four brown horses run' };
  const json = { 'content-type': 'application/json' };
  const setUp = await fetch(`${url}/api/v1/setup`, { method: 'POST', headers: json, body: JSON.stringify(first) });
  const cookie = setUp.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const session = await (await fetch(`${url}/api/v1/session`, { headers: { cookie } })).json();
  const csrf = typeof session === 'object' && session !== null && 'csrfToken' in session ? session.csrfToken : '';
  const headers = { ...json, cookie, 'x-csrf-token': String(csrf) };
  return {
    child,
    async ask(path, body) {
      const response = await fetch(`${url}${path}`, {
        headers,
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      });
      const answer = await response.json();
      if (response.status !== 200) throw new Error(`${path} ${response.status}: ${JSON.stringify(answer)}`);
      return answer as { readonly nextPageToken?: string };
    },
  };
}
