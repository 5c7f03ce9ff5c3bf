import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { silentLogger } from '../logger.ts';
import { tempFolder } from '../testing/with-stores.ts';
import { createServer } from './create-server.ts';

async function serve(t: TestContext): Promise<string> {
  const folder = tempFolder(t);
  const webDir = join(folder, 'dist');
  mkdirSync(join(webDir, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(webDir, 'index.html'), '<!doctype html><html><head><title>Console</title></head></html>');
  writeFileSync(join(webDir, 'assets/index-abc.js'), 'console.log("hello");'.repeat(100));
  writeFileSync(join(webDir, 'favicon.svg'), '<svg/>');
  const app = createServer({
    routes: {},
    authentication: { authenticate: async () => undefined },
    publicUrl: new URL('http://localhost:8080'),
    logger: silentLogger,
    webDir,
  });
  t.after(() => app.close());
  return await app.listen({ port: 0, host: '127.0.0.1' });
}

/** Sends the path as it is: `fetch` would take the dots out. */
async function rawGet(url: string, path: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  return await new Promise((resolve, reject) => {
    request({ hostname, port, path }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

test('every address of the web app is answered with its page', async (t) => {
  const url = await serve(t);
  for (const path of ['/', '/apps', '/apps/2abc/accounts?sort=name']) {
    const response = await fetch(`${url}${path}`);
    assert.equal(response.status, 200);
    assert.match(await response.text(), /<title>Console/);
    assert.equal(response.headers.get('cache-control'), 'no-store');
  }
});

test('styles of the page may be inline with a nonce that is new each time', async (t) => {
  const url = await serve(t);
  const nonces = [];
  for (let count = 0; count < 2; count += 1) {
    const response = await fetch(url);
    const nonce = /property="csp-nonce" nonce="([^"]+)"/.exec(await response.text())?.[1] ?? '';
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.ok(policy.includes(`style-src 'self' 'nonce-${nonce}'`));
    assert.match(policy, /script-src 'self';/);
    nonces.push(nonce);
  }
  assert.notEqual(nonces[0], nonces[1]);
});

test('a file whose name changes with its content is kept for ever', async (t) => {
  const response = await fetch(`${await serve(t)}/assets/index-abc.js`);
  assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  assert.equal(response.headers.get('content-type'), 'text/javascript; charset=utf-8');
});

test('files go compressed to whoever takes them so', async (t) => {
  const url = await serve(t);
  for (const encoding of ['br', 'gzip']) {
    const response = await fetch(`${url}/assets/index-abc.js`, { headers: { 'accept-encoding': encoding } });
    assert.equal(response.headers.get('content-encoding'), encoding);
    assert.match(await response.text(), /^console\.log/);
  }
});

test('a file that the browser has is not sent again', async (t) => {
  const url = await serve(t);
  const tag = (await fetch(`${url}/favicon.svg`)).headers.get('etag') ?? '';
  assert.equal((await fetch(`${url}/favicon.svg`, { headers: { 'if-none-match': tag } })).status, 304);
});

test('a file that is not there is not answered with the page', async (t) => {
  const url = await serve(t);
  for (const path of ['/assets/old.js', '/robots.txt', '/assets/old']) {
    assert.equal((await fetch(`${url}${path}`)).status, 404, path);
  }
});

test('addresses of the server are not answered with the page', async (t) => {
  const url = await serve(t);
  for (const path of ['/api/v1/nothing', '/auth/nothing', '/metrics']) {
    assert.equal((await fetch(`${url}${path}`)).status, 404, path);
  }
});

test('no address leads out of the folder', async (t) => {
  const url = await serve(t);
  for (const path of [
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//../secret.txt',
  ]) {
    const { status, body } = await rawGet(url, path);
    assert.equal(status, 404, path);
    assert.doesNotMatch(body, /^secret$/);
  }
});
