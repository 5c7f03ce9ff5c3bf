import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, type TestContext } from 'node:test';
import { Client } from 'pg';
import type { Clock } from '../clock.ts';
import { DATABASE_FILE, openStore, type StorePlace } from '../store/open-store.ts';
import { postgresPrograms } from '../store/postgres-programs.ts';
import type { Store } from '../store/store.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async () => {},
};

export interface StoreKind {
  readonly dialect: Store['dialect'];
  /** A place for a database, with nothing in it. What `openStore` takes. */
  emptyPlace(t: TestContext): Promise<StorePlace>;
  /** A place with all tables and no rows. */
  freshPlace(t: TestContext): Promise<StorePlace>;
}

/**
 * Runs a suite on SQLite and on a real PostgreSQL, which is started once for a test file; where there is none that half
 * is skipped with the reason.
 *
 * @param suite its `open` opens a new database with all tables and no rows, closed after the test
 * @example
 * describeOnStores('people', (open) => {
 *   test('an address is there once', async (t) => {
 *     const store = await open(t);
 */
export function describeOnStores(
  name: string,
  suite: (open: (t: TestContext) => Promise<Store>, kind: StoreKind) => void,
): void {
  const openOn =
    (kind: StoreKind) =>
    async (t: TestContext): Promise<Store> => {
      const store = await openStore({ ...(await kind.freshPlace(t)), clock: systemClock });
      t.after(() => store.close());
      return store;
    };
  describe(`${name} (SQLite)`, () => suite(openOn(sqlite), sqlite));
  const skip = binaries === undefined && 'no PostgreSQL is installed here';
  describe(`${name} (PostgreSQL)`, { skip }, () => suite(openOn(postgres), postgres));
}

const sqlite: StoreKind = {
  dialect: 'sqlite',
  emptyPlace: async (t) => ({ dataDir: tempFolder(t) }),
  async freshPlace(t) {
    const dataDir = tempFolder(t);
    copyFileSync(await sqliteTemplate(), join(dataDir, DATABASE_FILE));
    return { dataDir };
  },
};

const postgres: StoreKind = {
  dialect: 'postgres',
  emptyPlace: async (t) => ({ dataDir: tempFolder(t), databaseUrl: await newDatabase('template1') }),
  freshPlace: async (t) => ({ dataDir: tempFolder(t), databaseUrl: await newDatabase(await postgresTemplate()) }),
};

const binaries = process.platform === 'win32' ? undefined : postgresPrograms('initdb', 'postgres');
let server: Promise<PostgresServer> | undefined;
let databases = 0;
const templateFolder = join(tmpdir(), `console-template-${process.pid}`);

after(async () => {
  rmSync(templateFolder, { recursive: true, force: true });
  await (await server)?.stop();
});

let sqliteMade: Promise<string> | undefined;
function sqliteTemplate(): Promise<string> {
  sqliteMade ??= (async () => {
    mkdirSync(templateFolder, { recursive: true });
    const store = await openStore({ dataDir: templateFolder, clock: systemClock });
    await store.close();
    return join(templateFolder, DATABASE_FILE);
  })();
  return sqliteMade;
}

let postgresMade: Promise<string> | undefined;
function postgresTemplate(): Promise<string> {
  postgresMade ??= (async () => {
    const databaseUrl = await newDatabase('template1');
    const store = await openStore({ databaseUrl, dataDir: tmpdir(), clock: systemClock });
    await store.close();
    return new URL(databaseUrl).pathname.slice(1);
  })();
  return postgresMade;
}

async function newDatabase(template: string): Promise<string> {
  if (binaries === undefined) throw new Error('There is no PostgreSQL here.');
  server ??= startPostgres(binaries);
  const running = await server;
  databases += 1;
  const name = `db${databases}`;
  const client = new Client(running.url('postgres'));
  await client.connect();
  await client.query(`create database ${name} template ${template}`);
  await client.end();
  return running.url(name);
}

export function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
