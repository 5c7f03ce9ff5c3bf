import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type C1Event, createC1Server, memoryStore, selfSignedTls } from '@baton-ts/c1-server';
import { type Simulator, startSimulator } from 'sendgrid-simulator';
import { tarGz } from './compress.ts';
import { programs } from './programs.ts';
import { firstAdministrator } from './testing/browser.ts';
import { makeExecutableOf, newFolder, ownPlatform, packagedNamed, release, writeProgram } from './testing/packaged.ts';
import { freePort, run, start } from './testing/run.ts';

const unable = ownPlatform === undefined ? `there are no executables to run on ${process.platform}` : false;

describe('the executables, in an empty folder with an empty environment', { skip: unable }, () => {
  const bin = newFolder({ after });
  const file = (name: string): string => join(bin, name);
  let simulator: Simulator;

  before(async () => {
    assert.ok(ownPlatform !== undefined);
    for (const { name } of programs) writeProgram(bin, name, await makeExecutableOf(name, ownPlatform));
    simulator = await startSimulator();
  });
  after(() => simulator?.close());

  const account = () => ({ BATON_SENDGRID_API_KEY: simulator.apiKey, BATON_SENDGRID_BASE_URL: simulator.url });

  for (const { name, description } of programs) {
    test(`${name} tells its version`, async (t) => {
      const { stdout } = await run(file(name), ['--version'], { cwd: newFolder(t) });
      assert.equal(stdout, `${name} version ${release.version}\n`);
    });

    test(`${name} tells commit and platform as JSON`, async (t) => {
      const { stdout } = await run(file(name), ['--version', '--output', 'json'], { cwd: newFolder(t) });
      const said = JSON.parse(stdout);
      assert.deepEqual(
        [said.name, said.version, said.commit, said.platform, said.arch],
        [name, release.version, release.commit, process.platform, process.arch],
      );
    });

    test(`${name} explains itself`, async (t) => {
      const { stdout, code } = await run(file(name), ['--help'], { cwd: newFolder(t) });
      assert.ok(stdout.startsWith(description.summary) && code === 0, stdout);
    });
  }

  test('an account is synced, counted, checked and reviewed', async (t) => {
    const cwd = newFolder(t);
    const synced = await run(file('baton-sendgrid'), [], { cwd, env: account() });
    assert.equal(synced.code, 0, synced.stderr);
    const stats = await run(file('baton'), ['stats', '-o', 'json'], { cwd });
    assert.match(stats.stdout, /"teammate": ?"63"/);
    const verified = await run(file('baton'), ['verify'], { cwd });
    assert.equal(verified.code, 0, verified.stderr);
    const reviewed = await run(file('baton'), ['review'], { cwd });
    assert.equal(reviewed.code, 0, reviewed.stderr);
    assert.match(readFileSync(join(cwd, 'review.html'), 'utf8'), /<html/);
  });

  test('a second sync goes on with the file of the first and leaves nothing else', async (t) => {
    const cwd = newFolder(t);
    for (const _ of [1, 2]) {
      const { code, stderr } = await run(file('baton-sendgrid'), [], { cwd, env: { ...account(), BATON_TMPDIR: cwd } });
      assert.equal(code, 0, stderr);
    }
    assert.deepEqual(readdirSync(cwd), ['sync.c1z']);
    const syncs = JSON.parse((await run(file('baton'), ['syncs', '-o', 'json'], { cwd })).stdout);
    assert.equal(syncs.syncs.length, 2);
  });

  test('as a service the connector says hello and uploads a full sync', async (t) => {
    const cwd = newFolder(t);
    const tls = selfSignedTls({ hosts: ['127.0.0.1'] });
    const uploaded = Promise.withResolvers<number>();
    const said = Promise.withResolvers<string>();
    const onEvent = (event: C1Event): void => {
      if (event.kind === 'hello') said.resolve(event.request.buildInfo?.packageVersion ?? '');
      if (event.kind === 'upload') uploaded.resolve(event.upload.sizeBytes);
      if (event.kind === 'task' && event.task.state === 'failed')
        uploaded.reject(new Error(JSON.stringify(event.task.result)));
    };
    const server = createC1Server({ tls, store: memoryStore(), uploadsDir: cwd, onEvent });
    t.after(() => server.close());
    await server.listen();
    const { clientId, clientSecret, connectorId } = await server.createCredential({ name: 'quick-otter' });
    await server.enqueue(connectorId, { case: 'syncFull', value: {} });
    writeFileSync(join(cwd, 'ca.pem'), tls.ca);
    start(t, file('baton-sendgrid'), [], {
      cwd: newFolder(t),
      env: {
        ...account(),
        BATON_CLIENT_ID: clientId,
        BATON_CLIENT_SECRET: clientSecret,
        NODE_EXTRA_CA_CERTS: join(cwd, 'ca.pem'),
        BATON_TMPDIR: cwd,
        XDG_STATE_HOME: cwd,
      },
    });
    assert.equal(await said.promise, release.version);
    assert.ok((await uploaded.promise) > 10_000);
  });

  test('the console serves its web app, and syncs with the connector inside it', async (t) => {
    const [port, connectorPort] = [await freePort(), await freePort()];
    const url = `http://localhost:${port}`;
    const running = start(t, file('console'), [], {
      cwd: newFolder(t),
      env: {
        CONSOLE_HTTP_PORT: `${port}`,
        CONSOLE_CONNECTOR_PORT: `${connectorPort}`,
        CONSOLE_SENDGRID_BASE_URL: simulator.url,
      },
    });
    const [, token] = await running.says(/#(\S+)/);
    const page = await (await fetch(url)).text();
    const [script = ''] = /\/assets\/[^"]+\.js/.exec(page) ?? [];
    const answer = await fetch(url + script);
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'text/javascript; charset=utf-8']);
    await answer.body?.cancel();

    const ask = await firstAdministrator(url, token ?? '');
    const { user } = await ask('GET /api/v1/session', '/api/v1/session');
    const { connector } = await ask('POST /api/v1/connectors/create', '/api/v1/connectors/create', {
      catalogId: 'sendgrid',
      displayName: 'Twilio SendGrid',
      app: { kind: 'new', displayName: 'SendGrid' },
      userIds: [user.id],
    });
    const path = `/api/v1/apps/${connector.appId}/connectors/${connector.id}`;
    await ask('POST /api/v1/apps/{app_id}/connectors/{connector_id}/config', `${path}/config`, {
      values: {},
      secrets: { 'sendgrid-api-key': simulator.apiKey },
    });
    for (;;) {
      const { status } = (await ask('GET /api/v1/apps/{app_id}/connectors/{connector_id}', path)).connector;
      if (status === 'CONNECTED') break;
      assert.ok(status === 'SYNCING' || status === 'NOT_CONNECTED', status);
    }
  });

  test('an executable comes out the same, byte for byte, when it is made again', async () => {
    assert.ok(ownPlatform !== undefined);
    assert.ok((await makeExecutableOf('baton', ownPlatform)).equals(readFileSync(file('baton'))));
  });

  test('the archive of the connector has less than 45 MB', async () => {
    const { documents } = await packagedNamed('baton-sendgrid');
    const content = readFileSync(file('baton-sendgrid'));
    const archive = await tarGz([{ path: 'baton-sendgrid', content }, ...documents], release.timeSeconds);
    assert.ok(archive.length < 45e6, `${archive.length} bytes`);
  });
});
