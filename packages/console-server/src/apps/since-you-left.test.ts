import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Actor } from '../domain/actor.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import { asActor, startAppWorld } from './testing/app-world.ts';
import { NOW_MS, newActor, newId, type SyncedApp } from './testing/synced-app.ts';

const hourMs = 3_600_000;
const LEFT_MS = NOW_MS + 10 * hourMs;
const CRITICAL = 4;
const HIGH = 3;

describeOnStores('since you left', (open) => {
  const start = async (t: TestContext) => {
    const world = await startAppWorld(await open(t));
    const { store, routes } = world;
    await store.db.updateTable('people').set({ left_ms: LEFT_MS }).execute();
    const sinceLeft = async (actor: Actor) => {
      const request = { body: undefined, params: undefined, query: undefined };
      return (await routes['GET /api/v1/home'].handle(request, asActor(actor))).sinceYouLeft;
    };
    const sync = async (app: SyncedApp, finishedMs: number, result: 'APPLIED' | 'FAILED' = 'APPLIED', reason = '') => {
      await store.db
        .insertInto('syncs')
        .values({
          id: newId(finishedMs),
          connector_id: app.connectorId,
          app_id: app.appId,
          c1_task_id: null,
          trigger: 'SCHEDULE',
          triggered_by: null,
          started_ms: finishedMs - hourMs,
          finished_ms: finishedMs,
          result,
          reason,
          counts: null,
          differences: null,
          warnings: '[]',
          file_path: null,
          file_bytes: null,
          file_sha256: null,
        })
        .execute();
    };
    return { ...world, sinceLeft, sync };
  };

  test('is unknown on the first visit', async (t) => {
    const { store, admin, sinceLeft } = await start(t);
    await store.db.updateTable('people').set({ left_ms: null }).execute();
    assert.equal(await sinceLeft(admin), null);
  });

  test('an account is new that no earlier sync had; what the first sync found is not', async (t) => {
    const { app, other, admin, sinceLeft, sync } = await start(t);
    await sync(app, NOW_MS);
    await app.account('Noah', { first_seen_ms: LEFT_MS + hourMs });
    await app.account('Fatou', { first_seen_ms: LEFT_MS + 2 * hourMs });
    await app.account('Victor', { first_seen_ms: LEFT_MS - hourMs });
    await app.account('Ruth', { first_seen_ms: LEFT_MS + hourMs, removed_ms: LEFT_MS + 2 * hourMs });
    await other.account('Kofi', { first_seen_ms: LEFT_MS + hourMs });
    await sync(other, LEFT_MS + hourMs);
    const { newAccounts } = (await sinceLeft(admin)) ?? assert.fail();
    assert.deepEqual(
      newAccounts.list.map(({ accountName }) => accountName),
      ['Fatou', 'Noah'],
    );
    assert.deepEqual([newAccounts.count, newAccounts.isLowerBound], [2, false]);
  });

  test('a grant counts when it is critical, came since, and is still held', async (t) => {
    const { app, admin, sinceLeft } = await start(t);
    const [invite, send] = [
      await app.entitlement('teammates.create', CRITICAL),
      await app.entitlement('mail.send', HIGH),
    ];
    const [noah, ruth, fatou, camille] = [
      await app.account('Noah'),
      await app.account('Ruth'),
      await app.account('Fatou'),
      await app.account('Camille'),
    ];
    const since = LEFT_MS + hourMs;
    await app.grant(noah, invite, { granted_ms: since });
    await app.grant(noah, send, { granted_ms: since });
    await app.grant(ruth, invite, { granted_ms: since, revoked_ms: since + 1 });
    await app.grant(fatou, invite, { granted_ms: since, since_first_sync: 1 });
    await app.grant(camille, invite, { granted_ms: LEFT_MS - 1 });
    const { criticalGrants } = (await sinceLeft(admin)) ?? assert.fail();
    assert.deepEqual(
      criticalGrants.list.map(({ accountName, entitlementName, appName }) => [accountName, entitlementName, appName]),
      [['Noah', 'teammates.create', 'SendGrid']],
    );
  });

  test('of many the newest five are named and all are counted', async (t) => {
    const { app, admin, sinceLeft } = await start(t);
    const invite = await app.entitlement('teammates.create', CRITICAL);
    for (let n = 1; n <= 7; n += 1) {
      await app.grant(await app.account(`Noah ${n}`), invite, { granted_ms: LEFT_MS + n });
    }
    const { criticalGrants } = (await sinceLeft(admin)) ?? assert.fail();
    assert.deepEqual(
      criticalGrants.list.map(({ accountName }) => accountName),
      ['Noah 7', 'Noah 6', 'Noah 5', 'Noah 4', 'Noah 3'],
    );
    assert.equal(criticalGrants.count, 7);
  });

  test('a sync that failed is named with its reason to whoever sees its connector', async (t) => {
    const { store, app, admin, owner, stranger, sinceLeft, sync } = await start(t);
    const values = {
      id: app.connectorId,
      app_id: app.appId,
      catalog_id: 'baton',
      display_name: 'Mail',
      description: '',
      config: '{}',
      provisioning: 0,
      schedule: '{}',
      pause_on_anomaly: 1,
      status: 'ERROR',
      status_reason: '',
      progress: null,
      last_error: null,
      failures: 1,
      last_good_sync_ms: null,
      next_sync_ms: null,
      paused_by: null,
      paused_ms: null,
      held_back_sync_id: null,
      c1_connector_id: 'c1',
      notes: '',
      key_rights: null,
      created_ms: NOW_MS,
      created_by: null,
      deleted_ms: null,
      search: 'mail',
    } as const;
    await store.db.insertInto('connectors').values(values).execute();
    await sync(app, LEFT_MS - 1, 'FAILED', 'Too early');
    await sync(app, LEFT_MS + 1, 'FAILED', 'The API key is not allowed to read teammates.');
    await sync(app, LEFT_MS + 2);
    const failed = async (actor: Actor) =>
      ((await sinceLeft(actor)) ?? assert.fail()).failedSyncs.list.map(({ connectorName, reason }) => [
        connectorName,
        reason,
      ]);
    const expected = [['Mail', 'The API key is not allowed to read teammates.']];
    assert.deepEqual([await failed(admin), await failed(owner)], [expected, expected]);
    assert.deepEqual(await failed(stranger), []);
  });

  test('nobody is told of what they may not see', async (t) => {
    const { store, app, stranger, sinceLeft, sync } = await start(t);
    const basic = await newActor(store, 'Noor', ['BASIC_USER']);
    await store.db.updateTable('people').set({ left_ms: LEFT_MS }).execute();
    await sync(app, NOW_MS);
    const noah = await app.account('Noah', { first_seen_ms: LEFT_MS + hourMs });
    await app.grant(noah, await app.entitlement('teammates.create', CRITICAL), { granted_ms: LEFT_MS + hourMs });
    for (const actor of [stranger, basic]) {
      const since = (await sinceLeft(actor)) ?? assert.fail();
      assert.deepEqual([since.newAccounts.count, since.criticalGrants.count, since.failedSyncs.count], [0, 0, 0]);
    }
  });
});
