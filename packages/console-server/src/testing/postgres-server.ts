import { type SpawnSyncOptions, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A running PostgreSQL of a test file. */
export interface PostgresServer {
  /** The address of one of its databases. */
  url(database: string): string;
  stop(): Promise<void>;
}

const PASSWORD = 'only-for-tests';

/**
 * Starts a PostgreSQL in a temporary folder, on a socket in it. It ends, and the folder goes, with `stop` or with this
 * process, however that ends.
 *
 * @param kept a folder that stays, with what is in it from the last time
 */
export async function startPostgres(binaries: string, kept?: string): Promise<PostgresServer> {
  if (kept !== undefined) mkdirSync(kept, { recursive: true });
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'console-postgres-'));
  const account = unprivilegedAccount();
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, PASSWORD);
  const data = join(folder, 'data');
  const run = { ...account, cwd: folder, env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' } };
  if (!existsSync(data)) {
    const fresh = freshCluster(binaries, passwordFile, run);
    const copied = spawnSync('cp', ['-a', fresh, data], { ...run, encoding: 'utf8' });
    if (copied.status !== 0) throw new Error(`A fresh cluster cannot be copied: ${copied.stderr}`);
  }

  // The shell ends the server when its input closes, which also happens when this process is killed.
  const end = kept === undefined ? '; cd /; rm -rf "$OLDPWD"' : '';
  const script = `"$0" "$@" & server=$!; cat; kill -INT $server; wait $server${end}`;
  const child = spawn(
    'sh',
    ['-c', script, join(binaries, 'postgres'), '-D', data, '-k', folder, '-h', '', '-F', '-c', 'max_connections=200'],
    // A group of its own: a signal to the test run must not end the shell before it has cleaned up.
    { ...run, stdio: ['pipe', 'ignore', 'pipe'], detached: true },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-10_000);
      if (said.includes('ready to accept connections')) resolve();
    });
    child.once('exit', () => reject(new Error(`PostgreSQL did not start: ${said}`)));
  });
  // It must not keep the test file from ending.
  child.unref();

  return {
    url: (database) => `postgres://console:${PASSWORD}@${encodeURIComponent(folder)}/${database}`,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Making one takes a second of the processor, copying it a tenth: one is kept between test files. */
function freshCluster(binaries: string, passwordFile: string, run: SpawnSyncOptions): string {
  const kept = join(
    tmpdir(),
    `console-fresh-cluster-${createHash('sha256').update(binaries).digest('hex').slice(0, 12)}`,
  );
  if (existsSync(kept)) return kept;
  const made = join(dirname(passwordFile), 'fresh');
  const args = [
    '-D',
    made,
    '--no-sync',
    '-U',
    'console',
    '-E',
    'UTF8',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
  ];
  const { status, stderr } = spawnSync(join(binaries, 'initdb'), args, { ...run, encoding: 'utf8' });
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
  try {
    renameSync(made, kept);
  } catch {
    // Another test file was quicker.
  }
  return existsSync(made) ? made : kept;
}

/** PostgreSQL refuses to run as root. */
function unprivilegedAccount(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const ids = ['postgres', 'nobody'].map((name) => ({
    uid: Number(spawnSync('id', ['-u', name], { encoding: 'utf8' }).stdout),
    gid: Number(spawnSync('id', ['-g', name], { encoding: 'utf8' }).stdout),
  }));
  return ids.find(({ uid }) => uid > 0);
}
