import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Clock } from '../clock.ts';
import { HOSTED } from '../connectors/folders.ts';
import { KEY_FILE } from '../settings/key-ring.ts';
import { SCHEMA_VERSION } from '../store/migrations/migrate.ts';
import { DATABASE_FILE, type StorePlace } from '../store/open-store.ts';
import { shownUrl } from '../store/postgres-dialect.ts';
import { checkSqlite, copySqlite, dumpPostgres, postgresVersion, restorePostgres } from './database-copy.ts';
import { copyFile, type FileFacts, factsOf, filesBelow } from './files.ts';
import { type BackedUpFile, MANIFEST_FILE, type Manifest, newManifest, readManifest } from './manifest.ts';

/** Names inside a backup. */
const SQLITE_COPY = 'database.sqlite';
const POSTGRES_DUMP = 'database.dump';
const FILES = 'files/';

export interface BackupSummary {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Copies the database, as of one moment, and the files of the data folder into a new folder, with a list of their
 * SHA-256. The server may be running. The key of the secrets is not in it, so that a backup alone gives none away.
 *
 * @param toFolder is made; it must not be there yet, nor be inside the data folder
 */
export async function backUp(place: StorePlace, toFolder: string, clock: Clock): Promise<BackupSummary> {
  const { dataDir, databaseUrl } = place;
  if (existsSync(toFolder)) {
    throw new BatonError(Code.AlreadyExists, `${toFolder} is there already. Name a folder that is not there yet.`);
  }
  if (`${resolve(toFolder)}${sep}`.startsWith(`${resolve(dataDir)}${sep}`)) {
    throw new BatonError(Code.InvalidArgument, `${toFolder} is inside the data folder. Name one outside of it.`);
  }
  const draft = `${toFolder}.partial`;
  rmSync(draft, { recursive: true, force: true });
  try {
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    const isPostgres = databaseUrl !== undefined && databaseUrl !== '';
    const copy = join(draft, isPostgres ? POSTGRES_DUMP : SQLITE_COPY);
    // The programs that fill it would let others read it.
    writeFileSync(copy, '', { mode: 0o600 });
    // The database first: a file that it names was there before, and stays.
    const schemaVersion = isPostgres ? await dumpPostgres(databaseUrl, copy) : await copySqlite(dataDir, copy);
    const files = [{ path: isPostgres ? POSTGRES_DUMP : SQLITE_COPY, ...(await factsOf(copy)) }];
    const copied = new Set<string>();
    // Again for what was moved meanwhile: an upload goes to its sync.
    for (let pass = 0; pass < 2; pass += 1) {
      for (const path of dataFiles(dataDir).filter((one) => !copied.has(one))) {
        const facts = await copyUnlessGone(join(dataDir, path), join(draft, FILES, path));
        if (facts === undefined) continue;
        copied.add(path);
        files.push({ path: `${FILES}${path}`, ...facts });
      }
    }
    const manifest = newManifest({
      database: isPostgres ? 'postgres' : 'sqlite',
      schemaVersion,
      madeAt: new Date(clock.now()).toISOString(),
      files,
    });
    writeFileSync(join(draft, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(draft, toFolder);
    return summary(files);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw BatonError.from(error, `backing up to ${toFolder}`);
  }
}

/**
 * Puts a backup into an empty data folder, in which only the key may be, and into an empty database. Everything is
 * checked before anything is written.
 *
 * @throws BatonError when a file is missing, changed or not in the list, or the place is not empty or of the other kind
 */
export async function restore(fromFolder: string, place: StorePlace): Promise<BackupSummary> {
  const { dataDir, databaseUrl } = place;
  const manifest = readManifest(fromFolder);
  await checkPlace(manifest, place);
  await checkFiles(fromFolder, manifest);

  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  for (const { path } of manifest.files) {
    if (path.startsWith(FILES)) await copyFile(join(fromFolder, path), join(dataDir, path.slice(FILES.length)));
  }
  // Last: a folder without a database shows that this was not finished.
  if (databaseUrl !== undefined && databaseUrl !== '') {
    await restorePostgres(databaseUrl, join(fromFolder, POSTGRES_DUMP));
  } else {
    const draft = join(dataDir, `${DATABASE_FILE}.partial`);
    await copyFile(join(fromFolder, SQLITE_COPY), draft);
    checkSqlite(draft);
    renameSync(draft, join(dataDir, DATABASE_FILE));
  }
  return summary(manifest.files);
}

async function checkPlace({ database, schemaVersion }: Manifest, { dataDir, databaseUrl }: StorePlace): Promise<void> {
  const isPostgres = databaseUrl !== undefined && databaseUrl !== '';
  const refused = (message: string): BatonError => new BatonError(Code.FailedPrecondition, message);
  if (isPostgres !== (database === 'postgres')) {
    throw refused(
      isPostgres
        ? 'The backup is of the embedded database. Leave DATABASE_URL out to restore it.'
        : 'The backup is of a PostgreSQL database. Set DATABASE_URL to an empty one to restore it.',
    );
  }
  if (schemaVersion > SCHEMA_VERSION) {
    throw refused(
      `The backup was made by a newer version of this program (its tables have version ${schemaVersion}, this program knows ${SCHEMA_VERSION}). Use the newer program.`,
    );
  }
  const inTheWay = existsSync(dataDir) ? readdirSync(dataDir).filter((name) => name !== KEY_FILE) : [];
  if (inTheWay.length > 0) {
    throw refused(`The data folder ${dataDir} is not empty (${inTheWay[0]}). Name an empty one.`);
  }
  if (isPostgres && (await postgresVersion(databaseUrl)) !== undefined) {
    throw refused(`The database ${shownUrl(databaseUrl)} is not empty. Create a new one and name it in DATABASE_URL.`);
  }
}

async function checkFiles(folder: string, { database, files }: Manifest): Promise<void> {
  const there = new Set(filesBelow(folder).filter((path) => path !== MANIFEST_FILE));
  const listed = new Set(files.map(({ path }) => path));
  const stranger = [...there].find((path) => !listed.has(path));
  if (stranger !== undefined) {
    throw new BatonError(
      Code.DataLoss,
      `The backup holds ${stranger}, which is not in its list. Nothing was restored.`,
    );
  }
  const needed = database === 'postgres' ? POSTGRES_DUMP : SQLITE_COPY;
  for (const { path, sizeBytes, sha256 } of [...files, ...(listed.has(needed) ? [] : [unlisted(needed)])]) {
    const facts = there.has(path) ? await factsOf(join(folder, path)) : undefined;
    if (facts?.sizeBytes === sizeBytes && facts.sha256 === sha256) continue;
    throw new BatonError(
      Code.DataLoss,
      `${path} of the backup is ${facts === undefined ? 'missing' : 'not what was backed up'}. Nothing was restored.`,
    );
  }
}

function unlisted(path: string): BackedUpFile {
  return { path, sizeBytes: 0, sha256: '' };
}

function dataFiles(dataDir: string): string[] {
  if (!existsSync(dataDir)) return [];
  return readdirSync(dataDir, { withFileTypes: true }).flatMap((entry) => {
    const { name } = entry;
    if (entry.isDirectory()) {
      // Hosted connectors work there, and make it again.
      return name === HOSTED ? [] : filesBelow(join(dataDir, name)).map((path) => `${name}/${path}`);
    }
    return entry.isFile() && name !== KEY_FILE && !name.startsWith(DATABASE_FILE) ? [name] : [];
  });
}

/** The server may remove a file in the meantime. */
async function copyUnlessGone(from: string, to: string): Promise<FileFacts | undefined> {
  try {
    return await copyFile(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    rmSync(to, { force: true });
    return undefined;
  }
}

function summary(files: readonly BackedUpFile[]): BackupSummary {
  return { files: files.length, bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}
