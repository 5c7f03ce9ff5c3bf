import assert from 'node:assert/strict';
import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { zstdCompressSync } from 'node:zlib';
import {
  BatonServiceFinishTaskRequestSchema,
  BatonServiceGetTaskRequestSchema,
  BatonServiceGetTaskResponseSchema,
  BatonServiceHelloRequestSchema,
  BatonServiceUploadAssetRequestSchema,
} from '@baton-ts/protocol/connectorapi-v1';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { writeCompany } from '../ingestion/testing/company.ts';
import { openStore } from '../store/open-store.ts';
import { describeOnStores, tempFolder } from '../testing/with-stores.ts';
import { apiKeyToken } from './testing/api-key-token.ts';
import { type Credential, claimsOf, keyOf, ProtocolCaller, signAssertion } from './testing/protocol-caller.ts';
import { startWholeConsole } from './testing/whole-console.ts';

const UNAUTHENTICATED = 16;
const NOT_FOUND = 5;
const HOST = 'host-1';

interface Connector extends Credential {
  readonly appId: string;
  readonly id: string;
}

/** A running console, its listener for connectors, and two connectors with the two values of Rotate. */
async function start(t: TestContext, store: Parameters<typeof startWholeConsole>[1]) {
  const dataDir = tempFolder(t);
  const whole = await startWholeConsole(t, store, { dataDir });
  t.after(() => whole.connectors.stop());
  whole.connectors.start();
  const admin = await whole.signedIn(await whole.person('ines', 'SUPER_ADMINISTRATOR'));
  const owner = (await admin.get('/api/v1/session')).textAt('user', 'id');
  const add = async (displayName: string): Promise<Connector> => {
    const app = { kind: 'new', displayName };
    const body = { catalogId: 'baton', displayName, app, userIds: [owner] };
    const made = await admin.post('/api/v1/connectors/create', body);
    assert.equal(made.status, 200, made.text);
    const [appId, id] = [made.textAt('connector', 'appId'), made.textAt('connector', 'id')];
    const rotated = await admin.post('/api/v1/apps/connectors/credentials', { appId, connectorId: id });
    return {
      appId,
      id,
      clientId: rotated.textAt('credential', 'clientId'),
      clientSecret: rotated.textAt('clientSecret'),
    };
  };
  const [ours, theirs] = [await add('Ours'), await add('Theirs')];
  while (whole.connectors.url === undefined) await delay(10);
  const { port } = new URL(whole.connectors.url);
  const caller = new ProtocolCaller(`https://localhost:${port}`, whole.connectors.parts.authority() ?? '');
  const assertionOf = (one: Credential, changes?: Parameters<typeof signAssertion>[2]) =>
    signAssertion(one, whole.clock.now(), changes);
  const ask = async (one: Credential, changes?: Parameters<typeof signAssertion>[2]) =>
    caller.askForToken(one.clientId, await assertionOf(one, changes));
  const bearer = async (one: Credential) => `Bearer ${(await ask(one)).token}`;
  /** The connector introduces itself, which begins a sync, and takes that. */
  const takeSync = async (authorization: string): Promise<string> => {
    assert.equal((await caller.call('Hello', authorization, [hello])).code, 0);
    const { messages } = await caller.call('GetTask', authorization, [poll]);
    return fromBinary(BatonServiceGetTaskResponseSchema, messages[0] ?? new Uint8Array()).task?.id ?? '';
  };
  const uploads = (): string[] => {
    const folder = join(dataDir, 'uploads');
    return existsSync(folder) ? readdirSync(folder) : [];
  };
  const address = ({ appId, id }: Connector) => `/api/v1/apps/${appId}/connectors/${id}`;
  return { ...whole, admin, ours, theirs, caller, assertionOf, ask, bearer, takeSync, uploads, address };
}

const hello = toBinary(
  BatonServiceHelloRequestSchema,
  create(BatonServiceHelloRequestSchema, { hostId: HOST, connectorMetadata: { displayName: 'Demo' } }),
);
const poll = toBinary(BatonServiceGetTaskRequestSchema, create(BatonServiceGetTaskRequestSchema, { hostId: HOST }));
const done = (taskId: string) =>
  toBinary(
    BatonServiceFinishTaskRequestSchema,
    create(BatonServiceFinishTaskRequestSchema, { hostId: HOST, taskId, finalState: { case: 'success', value: {} } }),
  );

function uploadOf(taskId: string, file: Uint8Array): Uint8Array[] {
  const message = (msg: Parameters<typeof create<typeof BatonServiceUploadAssetRequestSchema>>[1]) =>
    toBinary(BatonServiceUploadAssetRequestSchema, create(BatonServiceUploadAssetRequestSchema, msg));
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < file.length; at += 1024 ** 2) chunks.push(file.subarray(at, at + 1024 ** 2));
  const sha256Checksum = createHash('sha256').update(file).digest();
  return [
    message({ msg: { case: 'metadata', value: { hostId: HOST, taskId } } }),
    ...chunks.map((data) => message({ msg: { case: 'data', value: { data } } })),
    message({ msg: { case: 'eof', value: { sha256Checksum } } }),
  ];
}

const company = {
  scopes: [{ name: 'mail.send', risk: 'LOW' }],
  people: [{ id: 'ann', email: 'ann@marlowe.example', holds: ['mail.send'] }],
};

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

// What these hold does not hang on the kind of database.
describe('the listener for connectors of a running console', () => {
  const openSqlite = async (t: TestContext) => {
    const store = await openStore({ dataDir: tempFolder(t), clock: { now: () => Date.now(), sleep: async () => {} } });
    t.after(() => store.close());
    return store;
  };

  test('gives no token for an assertion that another key has signed, or none, and tells all of them the same', async (t) => {
    const { caller, ours, theirs, ask, clock } = await start(t, await openSqlite(t));
    const publicJwk = createPublicKey(keyOf(ours)).export({ format: 'jwk' });
    const eve = generateKeyPairSync('ed25519');
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const nonce = 'n'.repeat(32);
    const claims = claimsOf(ours.clientId, clock.now());
    const evesJwk = eve.publicKey.export({ format: 'jwk' });
    const answers = [
      await ask({ ...ours, clientSecret: theirs.clientSecret }),
      await ask({ ...theirs, clientId: 'nobody@localhost/abcdefgh' }),
      await caller.askForToken(ours.clientId, `${part({ alg: 'none', nonce })}.${part(claims)}.`),
      await caller.askForToken(ours.clientId, `${part({ alg: 'NonE', nonce })}.${part(claims)}.AAAA`),
      // The public key, which is no secret, in place of a shared one.
      await ask(ours, { header: { alg: 'HS256' }, key: Buffer.from(publicJwk.x ?? '', 'base64url') }),
      await ask(ours, { header: { alg: 'HS256' }, key: Buffer.from((publicJwk.x ?? '').padEnd(32)) }),
      await ask(ours, { header: { alg: 'ES256' }, key: curve.privateKey }),
      // A key that the assertion brings along.
      await ask(ours, { header: { jwk: { kty: 'OKP', crv: 'Ed25519', x: evesJwk.x ?? '' } }, key: eve.privateKey }),
      await ask(ours, { header: { kid: theirs.clientId, jku: 'https://evil.example/keys' }, key: keyOf(theirs) }),
    ];
    for (const { status, text } of answers) assert.equal(status, 401, text);
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
    assert.match(answers[0]?.text ?? '', /client id is not valid here/);
  });

  test('gives no token for an assertion of another time, for another host, or in the name of another connector', async (t) => {
    const { ours, theirs, ask, clock } = await start(t, await openSqlite(t));
    const now = Math.floor(clock.now() / 1000);
    const wrong: readonly [claims: Readonly<Record<string, unknown>>, reason: RegExp][] = [
      [{ exp: now - 1 }, /expired/],
      [{ nbf: now + 60 }, /becomes valid in/],
      [{ exp: now + 3_600 }, /at most 5 minutes/],
      [{ exp: undefined }, /nbf and exp/],
      [{ aud: 'console.example.com' }, /meant for/],
      [{ iss: theirs.clientId, sub: theirs.clientId }, /its iss and its sub/],
      [{ sub: theirs.clientId }, /its iss and its sub/],
    ];
    for (const [claims, reason] of wrong) {
      const { status, text } = await ask(ours, { claims });
      assert.equal(status, 401, text);
      assert.match(text, reason);
    }
    const { status, text } = await ask(ours, { header: { nonce: undefined } });
    assert.equal(status, 401, text);
  });

  test('lets nobody in without a token of its own that is still good', async (t) => {
    const { caller, ours, bearer, clock, admin, url } = await start(t, await openSqlite(t));
    const good = await bearer(ours);
    const [head = '', body = '', signature = ''] = good.slice('Bearer '.length).split('.');
    const tokenOfApiKey = await apiKeyToken(admin, url);
    const bad: readonly (string | undefined)[] = [
      undefined,
      '',
      'Bearer ',
      `Basic ${Buffer.from(`${ours.clientId}:${ours.clientSecret}`).toString('base64')}`,
      `Bearer ${part({ alg: 'none' })}.${body}.`,
      `Bearer ${head}.${part({ sub: ours.clientId, aud: 'baton-service', exp: 9_999_999_999 })}.${signature}`,
      `Bearer ${head}.${body}.${'A'.repeat(43)}`,
      // What opens the console's API opens nothing here.
      `Bearer ${tokenOfApiKey}`,
    ];
    for (const authorization of bad) {
      for (const method of ['Hello', 'GetTask', 'GetTasks', 'Heartbeat', 'FinishTask', 'UploadAsset']) {
        const { code } = await caller.call(method, authorization, []);
        assert.equal(code, UNAUTHENTICATED, `${method} ${authorization}`);
      }
    }
    // And the other way round.
    const asConnector = { authorization: good, cookie: '' };
    assert.equal((await admin.get('/api/v1/apps', asConnector)).status, 401);
    assert.equal((await caller.call('Hello', good, [hello])).code, 0);
    clock.forward(10 * 60_000 + 1_000);
    const late = await caller.call('Hello', good, [hello]);
    assert.deepEqual([late.code, late.message], [UNAUTHENTICATED, 'The access token has expired. Fetch a new one.']);
  });

  test('refuses messages that are larger than any can be, and goes on', async (t) => {
    const { caller, ours, bearer, takeSync, uploads } = await start(t, await openSqlite(t));
    const own = await bearer(ours);
    const taskId = await takeSync(own);
    const large = await caller.call('Hello', own, [Buffer.alloc(5 * 1024 ** 2)]);
    assert.equal(large.code, 8);
    const [metadata = new Uint8Array()] = uploadOf(taskId, Buffer.alloc(0));
    const chunk = toBinary(
      BatonServiceUploadAssetRequestSchema,
      create(BatonServiceUploadAssetRequestSchema, {
        msg: { case: 'data', value: { data: Buffer.alloc(2 * 1024 ** 2) } },
      }),
    );
    const upload = await caller.call('UploadAsset', own, [metadata, chunk]);
    assert.deepEqual([upload.code, upload.message], [3, 'data.data: must be 1 to 1048576 bytes, not 2097152']);
    assert.deepEqual(uploads(), []);
    assert.equal((await caller.call('Hello', own, [hello])).code, 0);
  });

  test('refuses a file that unpacks without end, applies an honest one, and gives that out as a file alone', async (t) => {
    const { caller, ours, bearer, takeSync, admin, address } = await start(t, await openSqlite(t));
    const send = async (file: Uint8Array, expected: string) => {
      const own = await bearer(ours);
      const taskId = await takeSync(own);
      assert.equal((await caller.call('UploadAsset', own, uploadOf(taskId, file))).code, 0);
      assert.equal((await caller.call('FinishTask', own, [done(taskId)])).code, 0);
      for (;;) {
        const { text, textAt } = await admin.get(`${address(ours)}/syncs`);
        const result = textAt('list', 0, 'result');
        if (result !== 'RUNNING') {
          assert.equal(result, expected, text);
          return { reason: textAt('list', 0, 'reason'), id: textAt('list', 0, 'id') };
        }
        await delay(20);
      }
    };
    const bomb = Buffer.concat([Buffer.from('C1ZF\0'), zstdCompressSync(Buffer.alloc(300 * 1024 ** 2))]);
    assert.ok(bomb.length < 100_000);
    assert.match((await send(bomb, 'FAILED')).reason, /unpacks to more than/);
    assert.equal((await admin.post(`${address(ours)}/force_sync`)).status, 200);
    const path = join(tempFolder(t), 'company.c1z');
    await writeCompany(path, company);
    const { id } = await send(readFileSync(path), 'APPLIED');
    const { status, headers } = await admin.get(`${address(ours)}/syncs/${id}/file`);
    assert.deepEqual(
      [status, headers.get('content-type'), headers.get('content-disposition')],
      [200, 'application/octet-stream', `attachment; filename="${id}.c1z"`],
    );
    assert.deepEqual([headers.get('x-content-type-options'), headers.get('cache-control')], ['nosniff', 'no-store']);
    const injected = encodeURIComponent(`${id}";x="\r\nset-cookie: a=b`);
    assert.equal((await admin.get(`${address(ours)}/syncs/${injected}/file`)).status, 400);
  });
});

describeOnStores('a connector at the listener of a running console', (open) => {
  test('takes an assertion once, however many send it at the same moment', async (t) => {
    const { caller, ours, assertionOf } = await start(t, await open(t));
    const assertion = await assertionOf(ours);
    const answers = await Promise.all(Array.from({ length: 6 }, () => caller.askForToken(ours.clientId, assertion)));
    assert.deepEqual(
      answers.map(({ status }) => status).sort((a, b) => a - b),
      [200, 401, 401, 401, 401, 401],
    );
    for (const { status, text } of answers) if (status === 401) assert.match(text, /was used before/);
  });

  test('shuts out at once whose credential was revoked, and whose connector was deleted', async (t) => {
    const { caller, ours, theirs, ask, bearer, admin, address } = await start(t, await open(t));
    const [token, theirToken] = [await bearer(ours), await bearer(theirs)];
    const { clientId } = ours;
    assert.equal((await admin.post(`${address(ours)}/credentials/revoke`, { clientId })).status, 200);
    const gone = { confirmation: 'Theirs' };
    assert.equal((await admin.call('DELETE', address(theirs), gone)).status, 200);
    for (const [one, authorization] of [
      [ours, token],
      [theirs, theirToken],
    ] as const) {
      const { code, message } = await caller.call('Hello', authorization, [hello]);
      assert.equal(code, UNAUTHENTICATED);
      assert.match(message, /not valid any more/);
      const { status, text } = await ask(one);
      assert.equal(status, 401);
      assert.match(text, /client id is not valid here/);
    }
  });

  test('takes no file, result or sign of life for the task of another connector', async (t) => {
    const { caller, ours, theirs, bearer, takeSync, uploads } = await start(t, await open(t));
    const [own, foreign] = [await bearer(ours), await bearer(theirs)];
    const taskId = await takeSync(own);
    assert.notEqual(taskId, '');
    const file = Buffer.from('C1ZF\0 of somebody else');
    const upload = await caller.call('UploadAsset', foreign, uploadOf(taskId, file));
    assert.deepEqual([upload.code, upload.message], [NOT_FOUND, `There is no task ${taskId}.`]);
    assert.deepEqual(uploads(), []);
    assert.notEqual((await caller.call('FinishTask', foreign, [done(taskId)])).code, 0);
    assert.equal((await caller.call('UploadAsset', own, uploadOf(taskId, file))).code, 0);
  });

  test('makes nothing of what arrives for a sync that a pause has ended, and keeps no file of it', async (t) => {
    const { caller, ours, bearer, takeSync, uploads, admin, address, store } = await start(t, await open(t));
    const own = await bearer(ours);
    const taskId = await takeSync(own);
    assert.equal((await admin.post(`${address(ours)}/pause`)).status, 200);
    const path = join(tempFolder(t), 'company.c1z');
    await writeCompany(path, company);
    assert.equal((await caller.call('UploadAsset', own, uploadOf(taskId, readFileSync(path)))).code, 0);
    assert.equal(uploads().length, 1);
    await caller.call('FinishTask', own, [done(taskId)]);
    assert.equal((await admin.get(address(ours))).textAt('connector', 'status'), 'PAUSED');
    // By the time that it has its next task, it has been looked at what came before.
    assert.equal((await admin.post(`${address(ours)}/resume`)).status, 200);
    const next = await takeSync(own);
    assert.ok(next !== '' && next !== taskId);
    const { textAt } = await admin.get(`${address(ours)}/syncs`);
    assert.deepEqual([textAt('list', 0, 'result'), textAt('list', 1, 'result')], ['RUNNING', 'CANCELLED']);
    assert.deepEqual(await store.db.selectFrom('accounts').select('id').execute(), []);
    while (uploads().length > 0) await delay(10);
  });
});
