import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { type RunOptions, Stage, scratchFile } from '../testing/program.ts';
import type { SmallAccount } from '../testing/small-account.ts';
import type { Answer, Asked } from '../testing/small-sendgrid.ts';

// What is wrong on the other side: the key, the network, the answers. Each leaves the previous file as it was.

const good: SmallAccount = {
  teammates: [
    { username: 'olga', user_type: 'owner', scopes: ['mail.send', 'stats.read'] },
    { username: 'tina', scopes: ['mail.send'] },
  ],
  subusers: [{ id: 1, username: 'brand' }],
  local: { brand: [{ username: 'lena', scopes: ['stats.read'] }] },
};
const errors = (message: string) => ({ errors: [{ message, field: null }] });
const unauthorized: Answer = { status: 401, body: errors('authorization required') };
/** A test does not wait for the service to recover. */
const impatient = { BATON_HTTP_TIMEOUT_SECONDS: '1', BATON_GIVE_UP_AFTER_SECONDS: '0' };

const previous = scratchFile('previous.c1z');
before(async () => {
  await previous.write(good);
});
after(() => previous.remove());

/** A stage with the file of an earlier sync, whose server now does something else. */
async function stageOf(t: TestContext, account: Partial<SmallAccount>): Promise<Stage> {
  const stage = await Stage.set(t, { ...good, ...account });
  copyFileSync(previous.path, stage.file);
  return stage;
}

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

interface Case {
  readonly name: string;
  readonly account?: Partial<SmallAccount>;
  readonly exitCode: number;
  readonly says: RegExp;
  readonly run?: RunOptions;
}

const at = (path: string, answer: Answer) => ({
  instead: (asked: Asked) => (asked.path === path ? answer : undefined),
});

const refusals: readonly Case[] = [
  {
    name: 'a wrong or revoked API key',
    account: { instead: () => unauthorized },
    exitCode: 16,
    says: /does not accept the API key: it is wrong, was revoked, or belongs to another region\. Check BATON_SENDGRID_API_KEY/,
  },
  {
    name: 'an API key without teammates.read',
    account: { keyScopes: ['mail.send'] },
    exitCode: 7,
    says: /The API key lacks teammates\.read\. Give it to the key in SendGrid/,
  },
  {
    name: 'an API key that may not read its own scopes',
    account: at('/v3/scopes', { status: 403, body: errors('access forbidden') }),
    exitCode: 7,
    says: /may not even read its own scopes/,
  },
  {
    name: 'an API key without api_keys.read when API keys are wanted',
    run: { args: ['--sync-api-keys'] },
    exitCode: 7,
    says: /The API key lacks api_keys\.read\./,
  },
  {
    name: 'an empty API key',
    run: { env: { BATON_SENDGRID_API_KEY: '' } },
    exitCode: 2,
    says: /required flag\(s\) "sendgrid-api-key" not set; give the flag or set BATON_SENDGRID_API_KEY/,
  },
  {
    name: 'an API key with a line break in it',
    run: { env: { BATON_SENDGRID_API_KEY: 'SG.copied\nwrong' } },
    exitCode: 16,
    says: /API key holds a space, a line break .* Set BATON_SENDGRID_API_KEY/,
  },
  {
    name: 'an API key with a letter that no header can carry',
    run: { env: { BATON_SENDGRID_API_KEY: 'SG.ключ' } },
    exitCode: 16,
    says: /another character that no key has/,
  },
  {
    name: 'a region that there is not',
    run: { args: ['--sendgrid-region', 'mars'] },
    exitCode: 2,
    says: /value must be one of global, eu, not "mars"/,
  },
  {
    name: 'a host without a name in the DNS',
    run: { env: { BATON_SENDGRID_BASE_URL: 'http://no-such-host.invalid', ...impatient } },
    exitCode: 14,
    says: /no-such-host\.invalid.*(DNS|name)/,
  },
  {
    name: 'an address without a scheme',
    run: { args: ['--sendgrid-base-url', 'localhost'] },
    exitCode: 3,
    says: /--sendgrid-base-url must be an address like http/,
  },
  {
    name: 'a service that answers 503 to everything for ever',
    account: { instead: () => ({ status: 503, body: '' }) },
    run: { env: impatient },
    exitCode: 14,
    says: /answered 503: service unavailable/,
  },
  {
    name: 'a rate limit that never ends',
    account: {
      instead: () => ({
        status: 429,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 60) },
        body: errors('too many requests'),
      }),
    },
    run: { env: impatient },
    exitCode: 14,
    says: /answered 429: too many requests/,
  },
  ...[500, 502, 503].map((status) => ({
    name: `a list that answers ${status} for ever in the middle of a sync`,
    account: at('/v3/teammates', { status, body: '' }),
    run: { env: impatient },
    exitCode: 14,
    // On a slow machine the second of patience is over before the answer is told.
    says: new RegExp(
      `GET /v3/teammates(?: answered ${status}|: the time limit of 1 s ran out).*What was read is kept, and the next run goes on from there`,
    ),
  })),
  {
    name: 'a rate limit that never ends in the middle of a sync',
    account: at('/v3/teammates/pending', {
      status: 429,
      headers: { 'retry-after': '60' },
      body: errors('too many requests'),
    }),
    run: { env: impatient },
    exitCode: 14,
    says: /GET \/v3\/teammates\/pending answered 429: too many requests\. What was read is kept/,
  },
  {
    name: 'a page of HTML with status 200',
    account: at('/v3/teammates', {
      headers: { 'content-type': 'text/html' },
      body: '<html><body>Sign in</body></html>',
    }),
    exitCode: 13,
    says: /GET \/v3\/teammates answered 200 with .* instead of whole JSON\. Check that 127\.0\.0\.1:\d+ is the right host/,
  },
  {
    name: 'JSON that is cut',
    account: at('/v3/teammates', { body: '{"result":[{"username":"ol' }),
    exitCode: 13,
    says: /GET \/v3\/teammates answered 200 with .* instead of whole JSON/,
  },
  {
    name: 'JSON that is not what the API promises',
    account: at('/v3/teammates', { body: { result: [{ username: 7 }] } }),
    exitCode: 13,
    says: /GET \/v3\/teammates is not what its API promises: result\[0\]\.username/,
  },
  {
    name: 'a list that ignores offset',
    account: {
      instead: ({ path }) =>
        path === '/v3/teammates/pending'
          ? {
              headers: { link: '<http://internal/?offset=500>; rel="next"; title="2"' },
              body: { result: [{ token: 'i1', email: 'new@example.com', scopes: [], is_admin: false }] },
            }
          : undefined,
    },
    exitCode: 13,
    says: /\/v3\/teammates\/pending with a page that holds nothing new/,
  },
  {
    name: 'an answer in which a field is missing',
    account: at('/v3/teammates/tina', { body: { username: 'tina' } }),
    exitCode: 13,
    says: /GET \/v3\/teammates\/\{username\} is not what its API promises: is_admin: expected boolean, but it is missing/,
  },
  {
    name: 'an answer about a teammate whose name differs in case',
    account: at('/v3/teammates/tina', {
      body: { username: 'Tina', email: 'tina@example.com', is_admin: false, user_type: 'teammate', scopes: [] },
    }),
    exitCode: 13,
    says: /answered about the teammate "Tina" when asked about "tina"/,
  },
];

describe('what the other side does wrong is refused', { concurrency: 2 }, () => {
  for (const { name, account = {}, exitCode, says, run } of refusals) {
    test(name, async (t) => (await stageOf(t, account)).refused(exitCode, says, run));
  }

  test('a port on which nothing listens', async (t) => {
    const stage = await stageOf(t, {});
    const { url } = stage.server;
    await stage.server.stop();
    await stage.refused(14, /127\.0\.0\.1:\d+ refuses the connection: nothing listens there/, {
      env: { ...impatient, BATON_SENDGRID_BASE_URL: url },
    });
  });

  test('a server that does not speak TLS', async (t) => {
    const stage = await stageOf(t, {});
    const url = stage.server.url.replace('http:', 'https:');
    await stage.refused(9, /no secure connection to 127\.0\.0\.1:\d+ could be made: check that it serves https/, {
      env: { BATON_SENDGRID_BASE_URL: url },
    });
  });

  test('a certificate that nobody vouches for', { skip: !hasOpenssl && 'no openssl to make one' }, async (t) => {
    const stage = await stageOf(t, {});
    const [key, cert] = [join(stage.scratch, 'key.pem'), join(stage.scratch, 'cert.pem')];
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    spawnSync('openssl', ['req', '-x509', '-days', '1', ...newKey, '-out', cert, ...subject]);
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) });
    const port = await portOf(server);
    t.after(() => server.close());
    await stage.refused(9, /certificate of 127\.0\.0\.1:\d+ is not signed by an authority .*NODE_EXTRA_CA_CERTS/, {
      env: { BATON_SENDGRID_BASE_URL: `https://127.0.0.1:${port}` },
    });
  });

  test('a server that takes the connection and says nothing', async (t) => {
    const silent = createServer(() => {});
    const port = await portOf(silent);
    t.after(() => silent.close());
    const stage = await stageOf(t, {});
    await stage.refused(4, /127\.0\.0\.1:\d+ did not answer within 1 s/, {
      env: { ...impatient, BATON_SENDGRID_BASE_URL: `http://127.0.0.1:${port}` },
    });
  });

  test('an API key that is revoked in the middle of a sync, and the next run goes on from there', async (t) => {
    let revoked = false;
    const stage = await stageOf(t, {
      instead: ({ path }) => {
        if (path === '/v3/teammates/tina' && stage.server.asked.length < 50) revoked ||= !restored;
        return revoked ? unauthorized : undefined;
      },
    });
    let restored = false;
    await stage.refused(16, /API key.*(revoked|replaced).*Make a new key and run again/);
    [revoked, restored] = [false, true];
    const { stdout } = await stage.sync({ args: ['--output', 'json'] });
    assert.equal(JSON.parse(stdout).resumed, true);
  });
});

describe('what the other side does wrong once is got over', { concurrency: 2 }, () => {
  for (const status of [429, 500, 502, 503]) {
    test(`a single ${status}`, async (t) => {
      let asked = 0;
      const stage = await stageOf(t, {
        instead: ({ path }) => {
          if (path !== '/v3/teammates') return undefined;
          asked += 1;
          return asked === 1 ? { status, headers: { 'retry-after': '0' }, body: '' } : undefined;
        },
      });
      assert.match((await stage.sync()).stderr, /Nothing changed since the previous sync/);
    });
  }

  test('a 503 that lasts longer than the tries of one request is waited out', async (t) => {
    let asked = 0;
    const stage = await stageOf(t, {
      instead: ({ path }) => {
        if (path !== '/v3/teammates') return undefined;
        asked += 1;
        return asked <= 2 ? { status: 503, headers: { 'retry-after': '1' }, body: '' } : undefined;
      },
    });
    const env = { BATON_HTTP_TIMEOUT_SECONDS: '1' };
    const { stdout } = await stage.sync({ args: ['--output', 'json'], env });
    assert.deepEqual(JSON.parse(stdout).warnings, []);
  });

  test('a teammate that vanishes between list and detail is left out', async (t) => {
    const stage = await stageOf(t, at('/v3/teammates/tina', { status: 404, body: errors('teammate does not exist') }));
    const { stdout } = await stage.sync({ args: ['--output', 'json'] });
    assert.equal(JSON.parse(stdout).byResourceType.teammate.resources.removed, 1);
  });
});
