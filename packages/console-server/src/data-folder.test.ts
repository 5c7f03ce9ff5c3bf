import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { postgresPrograms } from './store/postgres-programs.ts';
import { startPostgres } from './testing/postgres-server.ts';
import { tempFolder } from './testing/with-stores.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const binaries = postgresPrograms('initdb', 'postgres');

test('the first start with PostgreSQL makes the data folder, for its owner only', {
  skip: binaries === undefined && 'PostgreSQL is not installed here',
}, async (t) => {
  assert.ok(binaries !== undefined);
  const postgres = await startPostgres(binaries);
  t.after(() => postgres.stop());
  const dataDir = join(tempFolder(t), 'not', 'there');
  const child = spawn(
    process.execPath,
    ['--conditions=x-source', MAIN, '--data-dir', dataDir, '--http-port', '0', '--connector-port', '0'],
    {
      env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: postgres.url('postgres') },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  while (!output.includes('The console is at')) {
    assert.equal(child.exitCode, null, output);
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  }
  assert.ok(existsSync(join(dataDir, 'ca.pem')));
  if (process.platform !== 'win32') assert.equal(statSync(dataDir).mode & 0o777, 0o700);
  child.kill('SIGTERM');
  await once(child, 'exit');
  assert.equal(child.exitCode, 0, output);
});
