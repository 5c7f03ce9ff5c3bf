import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { startSimulator } from 'sendgrid-simulator';
import { npmPackage } from './npm-package.ts';
import { readTar } from './tar.ts';
import { newFolder, packagedNamed, release, writeProgram } from './testing/packaged.ts';
import { run } from './testing/run.ts';
import { licenceFile } from './third-party.ts';

test('npx runs the connector outside the repository, with an empty cache and nothing to fetch', async (t) => {
  const { program, bundle, parties } = await packagedNamed('baton-sendgrid');
  const folder = newFolder(t);
  const file = join(folder, 'baton-sendgrid.tgz');
  writeFileSync(file, await npmPackage({ program, bundle, licences: licenceFile(program.name, parties) }, release));
  const [home, cwd] = [join(folder, 'home'), join(folder, 'work')];
  for (const made of [home, cwd]) mkdirSync(made);
  const simulator = await startSimulator({ teammates: 5 });
  t.after(() => simulator.close());
  const env = {
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    HOME: home,
    npm_config_offline: 'true',
    BATON_SENDGRID_API_KEY: simulator.apiKey,
    BATON_SENDGRID_BASE_URL: simulator.url,
  };
  const npx = ['--yes', '--package', file, 'baton-sendgrid'];
  const version = await run('npx', [...npx, '--version'], { cwd, env });
  assert.equal(version.stdout, 'baton-sendgrid version 1.2.3\n', version.stderr);
  const synced = await run('npx', npx, { cwd, env });
  assert.equal(synced.code, 0, synced.stderr);
  assert.match(synced.stderr, /Wrote sync\.c1z/);
});

test('a Node.js that is too old is told what to do instead, and nothing is run', async (t) => {
  const { program, bundle, parties } = await packagedNamed('baton-sendgrid');
  const folder = newFolder(t);
  const archive = await npmPackage({ program, bundle, licences: licenceFile(program.name, parties) }, release);
  const bin = (await readTar(gunzipSync(archive))).get('package/bin/baton-sendgrid.mjs');
  const file = writeProgram(folder, 'baton-sendgrid.mjs', Buffer.from(bin ?? ''));
  const old = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'22.1.0'})";
  const { code, stdout, stderr } = await run(process.execPath, ['--import', old, file, '--version'], { cwd: folder });
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^baton-sendgrid needs Node\.js 24 or newer; .*take the executable of a release/);
});
