import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { type Task, TaskSchema } from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { withoutTable } from '@baton-ts/protocol/testing/wire-messages';
import { toBinary } from '@bufbuild/protobuf';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { assigned, bob } from '../sync/testing/small-connector.ts';
import { readClientId } from './credentials.ts';
import type { TaskHandler } from './task-handler.ts';
import { handleTask } from './tasks/handle-task.ts';
import { ledgerConnector, memoryLedger } from './testing/ledger-connector.ts';
import { startService } from './testing/run-ledger-service.ts';
import { decoded, encoded, type Fields, sampleOf, serveWirePeer, type WirePeer } from './testing/wire-peer.ts';

const skip = withoutTable;
const key: { privateKey: KeyObject; kid: string } = { ...generateKeyPairSync('ed25519'), kid: 'key-1' };
const hostId = 'host-1';
const id = (number: number): string => String(number).padStart(27, '0');
const connectorApi = 'c1.connectorapi.baton.v1';

/** Runs the service against the peer until `until` says that it has seen enough. */
async function runAgainst(
  t: TestContext,
  answer: (method: string, request: Fields, count: number) => Fields,
  until: (calls: WirePeer['calls']) => boolean,
  handler: TaskHandler = handleTask,
  several = false,
): Promise<WirePeer> {
  const peer = await serveWirePeer(t, answer);
  const clientId = readClientId(`quick-otter@127.0.0.1:${peer.port}/pcc`, '--client-id', {});
  const service = startService(t, { clientId, key }, ledgerConnector(memoryLedger()), {
    options: { handler, several },
  });
  while (!until(peer.calls)) await new Promise((resolve) => setTimeout(resolve, 2));
  await service.stop();
  return peer;
}

const finished = (calls: WirePeer['calls']): boolean => calls.some(([method]) => method === 'FinishTask');
const requestsOf = ({ calls }: WirePeer, wanted: string): Fields[] =>
  calls.flatMap(([method, request]) => (method === wanted ? [request] : []));

/** Hands out one task, once. */
const handingOut =
  (task: Fields) =>
  (method: string, _: Fields, count: number): Fields =>
    method === 'GetTask' && count === 1 ? { task: { id: id(1), ...task }, next_poll: {} } : {};

test('the token request is what the sheet says, field by field', { skip }, async (t) => {
  const peer = await runAgainst(
    t,
    () => ({}),
    (calls) => calls.length > 0,
  );
  const [form] = peer.tokenForms;
  assert.ok(form !== undefined);
  const { client_assertion: assertion = '', ...others } = Object.fromEntries(form);
  const clientId = `quick-otter@127.0.0.1:${peer.port}/pcc`;
  assert.deepEqual(others, {
    client_id: clientId,
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  });
  const { nonce, ...header } = decodeProtectedHeader(assertion);
  assert.match(String(nonce), /^[\da-f]{32}$/);
  assert.deepEqual(header, { alg: 'EdDSA', kid: 'key-1' });
  const { iat = 0, ...claims } = decodeJwt(assertion);
  assert.ok(Math.abs(iat - Date.now() / 1000) < 60);
  assert.deepEqual(claims, { iss: clientId, sub: clientId, aud: '127.0.0.1', nbf: iat - 120, exp: iat + 120 });
  assert.equal(peer.headers[0]?.get('authorization')[0], 'Bearer opaque');
});

test('Hello tells every field, and none of them is empty', { skip }, async (t) => {
  const peer = await runAgainst(
    t,
    () => ({}),
    (calls) => calls.length > 1,
  );
  const [hello] = requestsOf(peer, 'Hello');
  assert.ok(hello !== undefined);
  assert.deepEqual(Object.keys(hello).sort(), ['build_info', 'connector_metadata', 'host_id', 'os_info']);
  assert.equal(hello['host_id'], hostId);
  const full = sampleOf(`${connectorApi}.BatonServiceHelloRequest`, 0);
  for (const part of ['build_info', 'os_info']) {
    const told: [string, unknown][] = Object.entries(hello[part] ?? {});
    assert.deepEqual(told.map(([name]) => name).sort(), Object.keys(full[part] ?? {}).sort());
    for (const [name, value] of told) assert.ok(typeof value === 'string' && value !== '', `${part}.${name}`);
  }
  const metadata = Object.fromEntries(Object.entries(hello['connector_metadata'] ?? {}));
  assert.deepEqual([metadata['display_name'], metadata['description']], ['Demo', 'A demo']);
  assert.ok(metadata['capabilities'] !== undefined);
});

const taskFields = TaskSchema.fields.filter(({ oneof }) => oneof !== undefined);

for (const { name } of taskFields) {
  test(`every field of a ${name} task arrives`, { skip }, async (t) => {
    const sent: Fields[] = [];
    const received: Task[] = [];
    // A hello task is answered by the service, and `none` is no task: neither comes to the handler.
    const isSeen = name !== 'hello' && name !== 'none';
    const rounds = isSeen ? 6 : 0;
    await runAgainst(
      t,
      (method, _, count) => {
        if (method !== 'GetTask' || count > rounds) return {};
        // The member of the oneof is named; deeper choices change with each round.
        const inner = TaskSchema.fields.find((field) => field.name === name)?.message?.typeName ?? '';
        const task = { id: id(count), debug: true, status: 1, [name]: sampleOf(inner, count) };
        sent.push(decoded(`${connectorApi}.Task`, encoded(`${connectorApi}.Task`, task)));
        return { task, next_poll: { nanos: 1_000_000 } };
      },
      (calls) => received.length >= rounds && calls.length > 1,
      async (task) => {
        received.push(task);
        return { kind: 'success' };
      },
    );
    const order = (list: readonly Fields[]): Fields[] =>
      list.toSorted((a, b) => String(a['id']).localeCompare(String(b['id'])));
    const read = received.map((task) =>
      decoded(`${connectorApi}.Task`, toBinary(TaskSchema, task, { writeUnknownFields: false })),
    );
    assert.deepEqual(order(read), order(sent));
  });
}

test('GetTask and GetTasks say who asks, and what is known', { skip }, async (t) => {
  const one = await runAgainst(
    t,
    () => ({}),
    (calls) => calls.length > 2,
  );
  assert.deepEqual(requestsOf(one, 'GetTask')[0], { host_id: hostId });
  const several = await runAgainst(
    t,
    (method, _, count) =>
      method === 'GetTasks' && count === 1 ? { tasks: [{ id: id(1), action_list_schemas: {} }] } : {},
    (calls) => calls.filter(([method]) => method === 'GetTasks').length > 1,
    (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'success' }))),
    true,
  );
  assert.deepEqual(requestsOf(several, 'GetTasks').slice(0, 2), [
    { host_id: hostId, page_size: 6 },
    { host_id: hostId, page_size: 5, known_task_ids: [id(1)] },
  ]);
});

test('a full sync sends heartbeats, the file in its order, and a success without an answer', { skip }, async (t) => {
  const peer = await runAgainst(t, handingOut({ sync_full: {} }), finished);
  const [beat] = requestsOf(peer, 'Heartbeat');
  assert.deepEqual(beat, { host_id: hostId, task_id: id(1) });
  const [first, ...rest] = requestsOf(peer, 'UploadAsset');
  assert.deepEqual(first, { metadata: { host_id: hostId, task_id: id(1) } });
  const last = rest.pop();
  const file = Buffer.concat(rest.map((message) => bytesAt(message, 'data', 'data')));
  assert.equal(file.subarray(0, 5).toString('latin1'), 'C1ZF\0');
  assert.deepEqual(last, { eof: { sha256_checksum: createHash('sha256').update(file).digest('base64') } });
  assert.deepEqual(requestsOf(peer, 'FinishTask'), [{ host_id: hostId, task_id: id(1), success: {} }]);
});

function bytesAt(message: Fields, ...path: string[]): Buffer {
  let value: unknown = message;
  for (const name of path) value = Object.entries(value ?? {}).find(([key]) => key === name)?.[1];
  assert.ok(typeof value === 'string');
  return Buffer.from(value, 'base64');
}

test('the answer of a grant is packed with its type', { skip }, async (t) => {
  const entitlement = {
    id: assigned.id,
    slug: 'assigned',
    resource: { id: { resource_type: 'role', resource: 'admin' } },
  };
  const principal = { id: { resource_type: 'user', resource: bob.id?.resource ?? '' } };
  const peer = await runAgainst(t, handingOut({ grant: { entitlement, principal } }), finished);
  const [finish] = requestsOf(peer, 'FinishTask');
  assert.ok(finish !== undefined);
  assert.deepEqual(Object.keys(finish), ['host_id', 'task_id', 'success']);
  const response = bytesAt(finish, 'success', 'response', 'value');
  const answer = decoded('c1.connector.v2.GrantManagerServiceGrantResponse', response);
  assert.match(JSON.stringify(answer), /role:admin:assigned:user:bob/);
  assert.match(JSON.stringify(finish), /type\.googleapis\.com\/c1\.connector\.v2\.GrantManagerServiceGrantResponse/);
});

test('a failure is told by status, details and whether it may be tried again', { skip }, async (t) => {
  const peer = await runAgainst(t, handingOut({ action_list_schemas: {} }), finished, async () => ({
    kind: 'error',
    error: new BatonError(Code.Unavailable, 'come back later', { retryAfterMs: 5000 }),
    nonRetryable: true,
  }));
  const [finish] = requestsOf(peer, 'FinishTask');
  assert.ok(finish !== undefined);
  const { status, ...others } = finish;
  assert.deepEqual(others, { host_id: hostId, task_id: id(1), error: { non_retryable: true } });
  assert.match(
    JSON.stringify(status),
    /"code":14,"message":"come back later","details":\[\{"type_url":"type\.googleapis\.com\/c1\.connector\.v2\.RateLimitDescription"/,
  );
});

test('a hello task is answered by a Hello with its id, and by nothing else', { skip }, async (t) => {
  const peer = await runAgainst(t, handingOut({ hello: {} }), (calls) =>
    calls.some(([method, { task_id }]) => method === 'Hello' && task_id === id(1)),
  );
  assert.deepEqual(requestsOf(peer, 'FinishTask'), []);
});
