import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { BatonServiceUploadAssetRequestSchema } from '@baton-ts/protocol/connectorapi-v1';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { TestClient } from '../testing/client.ts';
import { hello, startWorld, success } from '../testing/harness.ts';

const taskId = 'a'.repeat(27);
const hostId = 'host-1';
const annotations = Array.from({ length: 17 }, () => ({ typeUrl: 'type.googleapis.com/google.protobuf.Empty' }));
const metadata = (changes: object) => ({ ...hello(hostId), connectorMetadata: { displayName: 'Demo', ...changes } });

type Call = (client: TestClient) => Promise<unknown>;

/** Each breaks one rule of `service-protocol.md §13`; the answer names the field. */
const broken: Readonly<Record<string, readonly Call[]>> = {
  host_id: [
    (client) => client.hello({ ...hello('') }),
    (client) => client.getTask({ hostId: '' }),
    (client) => client.getTask({ hostId: 'x'.repeat(257) }),
    (client) => client.getTasks({ hostId: '', pageSize: 1 }),
    (client) => client.heartbeat({ hostId: '', taskId }),
    (client) => client.finishTask(success('', taskId)),
  ],
  task_id: [
    (client) => client.hello({ ...hello(hostId), taskId: 'short' }),
    (client) => client.heartbeat({ hostId, taskId: '' }),
    (client) => client.heartbeat({ hostId, taskId: `${taskId}a` }),
    (client) => client.heartbeat({ hostId, taskId: '', taskIds: [taskId] }),
    (client) => client.finishTask(success(hostId, `${'a'.repeat(26)}-`)),
  ],
  'known_task_ids[1]': [(client) => client.getTasks({ hostId, pageSize: 1, knownTaskIds: [taskId, 'x'] })],
  'task_ids[0]': [(client) => client.heartbeat({ hostId, taskId, taskIds: ['x'] })],
  task_ids: [(client) => client.heartbeat({ hostId, taskId, taskIds: Array.from({ length: 101 }, () => taskId) })],
  page_size: [
    (client) => client.getTasks({ hostId, pageSize: 0 }),
    (client) => client.getTasks({ hostId, pageSize: 101 }),
  ],
  connector_metadata: [(client) => client.hello({ hostId })],
  'connector_metadata.display_name': [
    (client) => client.hello(metadata({ displayName: '' })),
    (client) => client.hello(metadata({ displayName: 'é'.repeat(513) })),
  ],
  'connector_metadata.description': [(client) => client.hello(metadata({ description: 'x'.repeat(4097) }))],
  'connector_metadata.help_url': [
    (client) => client.hello(metadata({ helpUrl: 'http://example.test' })),
    (client) => client.hello(metadata({ helpUrl: 'https://' })),
    (client) => client.hello(metadata({ helpUrl: `https://example.test/${'x'.repeat(1024)}` })),
  ],
  'build_info.package': [(client) => client.hello({ ...hello(hostId), buildInfo: { package: 'x'.repeat(257) } })],
  'os_info.kernel_arch': [(client) => client.hello({ ...hello(hostId), osInfo: { kernelArch: 'x'.repeat(257) } })],
  annotations: [
    (client) => client.hello({ ...hello(hostId), annotations }),
    (client) => client.getTasks({ hostId, pageSize: 1, annotations }),
    (client) => client.heartbeat({ hostId, taskId, annotations }),
  ],
  'success.annotations': [
    (client) => client.finishTask({ hostId, taskId, finalState: { case: 'success', value: { annotations } } }),
  ],
  'error.annotations': [
    (client) => client.finishTask({ hostId, taskId, finalState: { case: 'error', value: { annotations } } }),
  ],
  final_state: [(client) => client.finishTask({ hostId, taskId })],
  'metadata.host_id': [upload({ case: 'metadata', value: { taskId } })],
  'metadata.task_id': [upload({ case: 'metadata', value: { hostId } })],
  'metadata.annotations': [upload({ case: 'metadata', value: { hostId, taskId, annotations } })],
  msg: [upload({ case: undefined }), upload({ case: 'data', value: { data: Uint8Array.of(1) } })],
};

for (const [field, calls] of Object.entries(broken)) {
  test(`a request that breaks the rule of ${field} is refused by that name`, async (t) => {
    const { client } = await startWorld(t);
    for (const call of calls) {
      await assert.rejects(call(client), (error: { code?: unknown; rawMessage?: unknown }) => {
        assert.equal(error.code, 3);
        assert.ok(String(error.rawMessage).startsWith(`${field}: `), String(error.rawMessage));
        return true;
      });
    }
  });
}

test('the limits themselves are allowed', async (t: TestContext) => {
  const { client } = await startWorld(t);
  await client.hello({
    ...metadata({ displayName: 'é'.repeat(512), description: 'x'.repeat(4096), helpUrl: 'https://example.test/help' }),
    hostId: '😀'.repeat(256),
    buildInfo: { package: 'x'.repeat(256) },
    annotations: annotations.slice(1),
  });
  await client.getTasks({ hostId, pageSize: 100, knownTaskIds: [taskId] });
});

function upload(msg: MessageInitShape<typeof BatonServiceUploadAssetRequestSchema>['msg'] & object): Call {
  return async (client) =>
    await client.uploadAsset(
      (async function* () {
        yield { msg };
      })(),
    );
}
