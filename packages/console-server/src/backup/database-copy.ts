import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { Client } from 'pg';
import { DATABASE_FILE } from '../store/open-store.ts';
import { postgresError, shownUrl } from '../store/postgres-dialect.ts';
import { postgresPrograms } from '../store/postgres-programs.ts';

/** All pages in one step: in several, a server that writes meanwhile makes it begin again. */
const ALL_PAGES = 2 ** 31 - 1;
const VERSION_QUERY = 'select max(version) as version from schema_versions';

/** Copies the embedded database while a server may be using it. @returns the version of its tables */
export async function copySqlite(dataDir: string, to: string): Promise<number> {
  const path = join(dataDir, DATABASE_FILE);
  try {
    using source = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    await backup(source, to, { rate: ALL_PAGES });
  } catch (cause) {
    throw new BatonError(
      Code.FailedPrecondition,
      `The database ${path} cannot be copied. Check that it is there and that there is room for the copy.`,
      { cause },
    );
  }
  return checkSqlite(to);
}

/** @returns the version of its tables @throws BatonError `DataLoss` when the file is damaged */
export function checkSqlite(path: string): number {
  try {
    using db = new DatabaseSync(path);
    // One file and no log beside it.
    db.exec('pragma journal_mode = delete');
    const answer = db.prepare('pragma quick_check(1)').get()?.['quick_check'];
    const version = db.prepare(VERSION_QUERY).get()?.['version'];
    if (answer === 'ok' && typeof version === 'number') return version;
    throw new Error(`quick_check: ${String(answer)}`);
  } catch (cause) {
    throw new BatonError(Code.DataLoss, `The copy of the database is damaged: ${path}.`, { cause });
  }
}

/** Copies a PostgreSQL database with `pg_dump`. @returns the version of its tables */
export async function dumpPostgres(databaseUrl: string, to: string): Promise<number> {
  const version = await postgresVersion(databaseUrl);
  if (version === undefined) {
    throw new BatonError(Code.NotFound, `${shownUrl(databaseUrl)} has no tables of the console: nothing to back up.`);
  }
  await runProgram('pg_dump', ['--format=custom', '--no-owner', '--no-privileges', `--file=${to}`], databaseUrl);
  return version;
}

/** Reads a dump into a database that is empty. All of it or nothing is there afterwards. */
export async function restorePostgres(databaseUrl: string, from: string): Promise<void> {
  await runProgram(
    'pg_restore',
    ['--no-owner', '--no-privileges', '--single-transaction', '--exit-on-error', '--dbname=', from],
    databaseUrl,
  );
}

/** The version of the tables; `undefined` for a database without any. */
export async function postgresVersion(databaseUrl: string): Promise<number | undefined> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const tables = await client.query(`select 1 from information_schema.tables where table_schema = current_schema()`);
    if (tables.rowCount === 0) return undefined;
    const { rows } = await client.query<{ version: string }>(VERSION_QUERY);
    return Number(rows[0]?.version);
  } catch (error) {
    throw postgresError(error, databaseUrl) ?? BatonError.from(error, `looking into ${shownUrl(databaseUrl)}`);
  } finally {
    await client.end();
  }
}

/** The password goes by the environment: arguments are for all to see. */
async function runProgram(name: string, args: readonly string[], databaseUrl: string): Promise<void> {
  const folder = postgresPrograms(name);
  if (folder === undefined) {
    throw new BatonError(
      Code.FailedPrecondition,
      `${name} is not installed here. Install the client programs of PostgreSQL, or back up ${shownUrl(databaseUrl)} by the means of its server.`,
    );
  }
  const { host, port, user, password, database } = new Client({ connectionString: databaseUrl });
  const env = {
    PATH: process.env['PATH'] ?? '',
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user ?? '',
    PGPASSWORD: typeof password === 'string' ? password : '',
    PGDATABASE: database ?? '',
    PGSSLMODE: new URL(databaseUrl).searchParams.get('sslmode') ?? 'prefer',
  };
  const options = args.map((arg) => (arg === '--dbname=' ? `--dbname=${env.PGDATABASE}` : arg));
  const child = spawn(join(folder, name), options, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-10_000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  throw new BatonError(Code.Unknown, `${name} of ${shownUrl(databaseUrl)} failed; see what it said in the log.`, {
    cause: new Error(said),
  });
}
