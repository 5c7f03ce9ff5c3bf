import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { wireMessages, withoutTable } from '@baton-ts/protocol/testing/wire-messages';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import type { TaskPayload } from '../queue/task-queue.ts';
import { fetchToken } from '../testing/client.ts';
import { startWorld, type World } from '../testing/harness.ts';

/** Messages as the table says, sent by another implementation of gRPC: neither knows our generated code. */
interface Peer {
  call(method: string, request: object): Promise<Record<string, unknown>>;
  upload(messages: readonly object[]): Promise<Record<string, unknown>>;
}

const PACKAGE = 'c1.connectorapi.baton.v1';
const hostId = 'peer-1';

async function startPeer(t: TestContext, world: World): Promise<Peer> {
  const root = wireMessages();
  const client = new Client(
    `localhost:${new URL(world.access.url).port}`,
    credentials.createSsl(Buffer.from(world.access.ca)),
  );
  t.after(() => client.close());
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${await fetchToken(world.access)}`);
  const type = (name: string) => root.lookupType(`${PACKAGE}.${name}`);
  const encode = (name: string) => (message: object) => {
    const problem = type(name).verify(message);
    if (problem !== null) throw new Error(problem);
    return Buffer.from(type(name).encode(type(name).fromObject(message)).finish());
  };
  const decode = (name: string) => (bytes: Buffer) => type(name).toObject(type(name).decode(bytes), { longs: Number });
  const path = (method: string) => `/${PACKAGE}.BatonService/${method}`;
  return {
    async call(method, request) {
      const send = promisify(
        (done: (error: Error | null, answer?: Record<string, unknown>) => void) =>
          void client.makeUnaryRequest(
            path(method),
            encode(`BatonService${method}Request`),
            decode(`BatonService${method}Response`),
            request,
            metadata,
            done,
          ),
      );
      return (await send()) ?? {};
    },
    async upload(messages) {
      return await new Promise((resolve, reject) => {
        const stream = client.makeClientStreamRequest<object, Record<string, unknown>>(
          path('UploadAsset'),
          encode('BatonServiceUploadAssetRequest'),
          decode('BatonServiceUploadAssetResponse'),
          metadata,
          (error, answer) => (error === null ? resolve(answer ?? {}) : reject(error)),
        );
        for (const message of messages) stream.write(message);
        stream.end();
      });
    },
  };
}

const hello = {
  host_id: hostId,
  build_info: { lang_version: 'go1.26', package: 'example.test/demo', package_version: 'v1.2.3' },
  os_info: {
    hostname: 'box',
    os: 'linux',
    platform: 'debian',
    platform_version: '12',
    platform_family: 'debian',
    kernel_version: '6.1',
    kernel_arch: 'x86_64',
    virtualization_system: 'none',
  },
  connector_metadata: {
    display_name: 'Demo',
    help_url: 'https://example.test/help',
    description: 'made up',
    capabilities: { connector_capabilities: [1, 2] },
  },
};

test('another implementation says hello, and every field arrives', { skip: withoutTable }, async (t) => {
  const world = await startWorld(t);
  const peer = await startPeer(t, world);
  assert.deepEqual(await peer.call('Hello', hello), {});
  const [host] = (await world.server.connector(world.connectorId)).hosts;
  const { buildInfo, osInfo, connectorMetadata } = host?.hello ?? {};
  assert.equal(buildInfo?.langVersion, 'go1.26');
  assert.equal(buildInfo?.package, 'example.test/demo');
  assert.equal(buildInfo?.packageVersion, 'v1.2.3');
  assert.equal(osInfo?.hostname, 'box');
  assert.equal(osInfo?.kernelArch, 'x86_64');
  assert.equal(osInfo?.virtualizationSystem, 'none');
  assert.equal(connectorMetadata?.displayName, 'Demo');
  assert.deepEqual(connectorMetadata?.capabilities?.connectorCapabilities, [1, 2]);
});

const payloads: readonly [TaskPayload, Record<string, unknown>][] = [
  [{ case: 'hello', value: {} }, { hello: {} }],
  [
    { case: 'syncFull', value: { skipExpandGrants: true, syncResourceTypeIds: ['user'], storageEngine: 'sqlite' } },
    { sync_full: { skip_expand_grants: true, sync_resource_type_ids: ['user'], storage_engine: 'sqlite' } },
  ],
  [
    { case: 'grant', value: { entitlement: { id: 'e', slug: 'member' }, principal: { displayName: 'Ann' } } },
    { grant: { entitlement: { id: 'e', slug: 'member' }, principal: { display_name: 'Ann' } } },
  ],
  [{ case: 'revoke', value: { grant: { id: 'g' } } }, { revoke: { grant: { id: 'g' } } }],
  [
    { case: 'createAccount', value: { accountInfo: { login: 'ann' }, resourceTypeId: 'user' } },
    { create_account: { account_info: { login: 'ann' }, resource_type_id: 'user' } },
  ],
  [
    { case: 'deleteResource', value: { resourceId: { resourceType: 'user', resource: '1' } } },
    { delete_resource: { resource_id: { resource_type: 'user', resource: '1' } } },
  ],
  [{ case: 'createTicketTask', value: {} }, { create_ticket_task: {} }],
  [
    { case: 'actionInvoke', value: { name: 'reset', resourceTypeId: 'user' } },
    { action_invoke: { name: 'reset', resource_type_id: 'user' } },
  ],
  [{ case: 'listEvents', value: { cursor: 'c', pageSize: 7 } }, { list_events: { cursor: 'c', page_size: 7 } }],
  [
    { case: 'issueCredential', value: { identityId: { resource: '1' } } },
    { issue_credential: { identity_id: { resource: '1' } } },
  ],
];

for (const [payload, expected] of payloads) {
  test(`another implementation reads a ${payload.case} task as it was meant`, { skip: withoutTable }, async (t) => {
    const world = await startWorld(t, { limits: { idleNextPollMs: 1_500, busyNextPollMs: 250 } });
    const peer = await startPeer(t, world);
    const { id } = await world.server.enqueue(world.connectorId, payload, { debug: true });
    const answer = await peer.call('GetTask', { host_id: hostId });
    assert.deepEqual(answer, { task: { id, debug: true, ...expected }, next_poll: { nanos: 250_000_000 } });
    const none = await peer.call('GetTasks', { host_id: hostId, page_size: 6, known_task_ids: [id] });
    assert.deepEqual(none, { next_poll: { seconds: 1, nanos: 500_000_000 } });
  });
}

test('another implementation does a whole sync', { skip: withoutTable }, async (t) => {
  const world = await startWorld(t, { limits: { heartbeatMs: 20_000 } });
  const peer = await startPeer(t, world);
  const { id } = await world.server.enqueue(world.connectorId, { case: 'syncFull', value: {} });
  await peer.call('GetTask', { host_id: hostId });
  const beat = await peer.call('Heartbeat', { host_id: hostId, task_id: id });
  assert.deepEqual(beat, { next_heartbeat: { seconds: 20 } });
  const data = Buffer.concat([Buffer.from('C1ZF\0'), Buffer.alloc(700_000, 7)]);
  const answer = await peer.upload([
    { metadata: { host_id: hostId, task_id: id } },
    { data: { data: data.subarray(0, 524_288) } },
    { data: { data: data.subarray(524_288) } },
    { eof: { sha256_checksum: createHash('sha256').update(data).digest() } },
  ]);
  assert.deepEqual(answer, {});
  await world.server.cancel(id);
  const cancelled = await peer.call('Heartbeat', { host_id: hostId, task_id: id, task_ids: [id] });
  assert.deepEqual(cancelled, { next_heartbeat: { seconds: 20 }, cancelled: true, cancelled_task_ids: [id] });
  await peer.call('FinishTask', { host_id: hostId, task_id: id, success: {} });
  const ended = await world.server.waitFor(id);
  assert.equal(ended.state, 'finished');
  assert.deepEqual(readFileSync(ended.uploads[0]?.path ?? ''), data);
});

test('another implementation says how a task failed, and it is kept', { skip: withoutTable }, async (t) => {
  const world = await startWorld(t);
  const peer = await startPeer(t, world);
  const { id } = await world.server.enqueue(world.connectorId, { case: 'grant', value: {} });
  await peer.call('GetTask', { host_id: hostId });
  await peer.call('FinishTask', {
    host_id: hostId,
    task_id: id,
    status: { code: 9, message: 'provisioning is not enabled', details: [{ type_url: 'type.googleapis.com/x.Y' }] },
    error: { non_retryable: true },
  });
  const { state, result } = await world.server.waitFor(id);
  assert.equal(state, 'failed');
  assert.equal(result?.status?.code, 9);
  assert.equal(result?.status?.message, 'provisioning is not enabled');
  assert.equal(result?.status?.details[0]?.typeUrl, 'type.googleapis.com/x.Y');
});

test('another implementation hears which field is wrong, and that an upload is too large', {
  skip: withoutTable,
}, async (t) => {
  const world = await startWorld(t, { limits: { maxUploadBytes: 1_000_000 } });
  const peer = await startPeer(t, world);
  // grpc-js leaves the colon of a message percent-encoded, as decodeURI does.
  await assert.rejects(peer.call('GetTask', { host_id: '' }), { code: 3, details: /^host_id(:|%3A) / });
  const { id } = await world.server.enqueue(world.connectorId, { case: 'syncFull', value: {} });
  await peer.call('GetTask', { host_id: hostId });
  const metadata = { metadata: { host_id: hostId, task_id: id } };
  const data = Array.from({ length: 20 }, () => ({ data: { data: Buffer.alloc(500_000) } }));
  await assert.rejects(peer.upload([metadata, ...data]), { code: 8, details: /larger than the 1000000 bytes/ });
});
