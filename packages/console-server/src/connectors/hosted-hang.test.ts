import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openStore } from '../store/open-store.ts';
import { tempFolder } from '../testing/with-stores.ts';
import { SILENT_MS } from './hosted-runner.ts';
import { Stage } from './testing/stage.ts';

test('a hosted connector that hangs is started again and syncs', { skip: process.platform === 'win32' }, async (t) => {
  const store = await openStore({ dataDir: tempFolder(t), clock: { now: () => Date.now(), sleep: async () => {} } });
  t.after(() => store.close());
  const stage = await Stage.set(t, store);
  const ann = await stage.person('ann', 'CONNECTOR_ADMINISTRATOR');
  const { connector } = await stage.call(ann, 'POST /api/v1/connectors/create', {
    body: {
      catalogId: 'sendgrid',
      displayName: 'SendGrid',
      app: { kind: 'new', displayName: 'SendGrid' },
      userIds: [ann.id],
    },
  });
  const params = { app_id: connector.appId, connector_id: connector.id };
  await stage.call(ann, 'POST /api/v1/apps/{app_id}/connectors/{connector_id}/config', {
    params,
    body: { values: {}, secrets: { 'sendgrid-api-key': stage.simulator.apiKey } },
  });
  await stage.until(ann, connector, ({ status }) => status === 'CONNECTED');
  const hanging = stage.service.pids().get(connector.id);
  assert.ok(hanging !== undefined);
  process.kill(hanging, 'SIGSTOP');
  stage.clock.forward(SILENT_MS + 60_000);
  while (stage.service.pids().get(connector.id) === hanging) await delay(25);
  // The new process has the time of the machine, and signs its assertions with it.
  stage.clock.forward(-SILENT_MS - 60_000);

  await stage.call(ann, 'POST /api/v1/apps/{app_id}/connectors/{connector_id}/force_sync', { params });
  const again = await stage.until(ann, connector, ({ status }) => status === 'CONNECTED');
  assert.ok(again.lastGoodSyncAt !== null);
  const { lines } = await stage.call(ann, 'GET /api/v1/apps/{app_id}/connectors/{connector_id}/log', {
    params,
    query: { after: 0 },
  });
  assert.ok(lines.some(({ message }) => message.includes('has been silent for 10 minutes')));
});
