// The program that sync-interrupted.test.ts kills: carries out the task of a full sync, and says which page it is at.
import { BatonService, TaskSchema } from '@baton-ts/protocol/connectorapi-v1';
import { create } from '@bufbuild/protobuf';
import { createClient, createRouterTransport } from '@connectrpc/connect';
import { silentLogger } from '../../../logger.ts';
import { createProvisioner } from '../../../provision/create-provisioner.ts';
import { Secret } from '../../../secret.ts';
import { handleTask } from '../handle-task.ts';
import { pagedPeople } from './paged-people.ts';

const [stateDir = '', tempDir = ''] = process.argv.slice(2);
let nowMs = 0;
const connector = pagedPeople(async (page) => {
  // A checkpoint comes after 10 s.
  nowMs += 20_000;
  process.stdout.write(`${page}\n`);
  if (page === 3) await new Promise(() => setInterval(() => {}, 1_000));
});
const transport = createRouterTransport(({ service }) => {
  service(BatonService, { heartbeat: () => ({ nextHeartbeat: { seconds: 60n, nanos: 0 } }) });
});
await handleTask(create(TaskSchema, { id: 'task', taskType: { case: 'syncFull', value: {} } }), {
  client: createClient(BatonService, transport),
  hostId: 'killed',
  connector,
  provisioner: createProvisioner({ connector, logger: silentLogger }),
  provisioning: false,
  skipFullSync: false,
  stateDir,
  tempDir,
  syncOptions: { settings: new Secret('key') },
  logger: silentLogger,
  clock: {
    nowMs: () => nowMs,
    wallMs: () => Date.now(),
    sleep: (_ms, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  },
  signal: new AbortController().signal,
});
