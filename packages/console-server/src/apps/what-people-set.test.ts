import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpoints } from '@baton-ts/console-api';
import { describeOnStores } from '../testing/with-stores.ts';
import { asActor, startAppWorld } from './testing/app-world.ts';
import { NOW_MS } from './testing/synced-app.ts';

type World = Awaited<ReturnType<typeof startAppWorld>>;
const none = { params: undefined, query: undefined } as const;

/** Changes an entitlement as the owner of its app. */
async function change({ routes, app, owner }: World, entitlementId: string, body: object) {
  const name = 'POST /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}';
  const params = { app_id: app.appId, app_entitlement_id: entitlementId };
  const parsed = endpoints[name].body.parse(body);
  return (await routes[name].handle({ params, body: parsed, query: undefined }, asActor(owner))).entitlement;
}

async function changeResource({ routes, app, owner }: World, resourceId: string, body: object) {
  const name = 'POST /api/v1/apps/{app_id}/resources/{resource_id}';
  const params = { app_id: app.appId, resource_id: resourceId };
  const parsed = endpoints[name].body.parse(body);
  return (await routes[name].handle({ params, body: parsed, query: undefined }, asActor(owner))).resource;
}

async function entitlementNames({ routes, admin }: World, given: object): Promise<string[]> {
  const body = endpoints['POST /api/v1/search/entitlements'].body.parse(given);
  const { list } = await routes['POST /api/v1/search/entitlements'].handle({ ...none, body }, asActor(admin));
  return list.map(({ displayName }) => displayName);
}

async function resources({ routes, admin }: World, given: object = {}) {
  const body = endpoints['POST /api/v1/search/app_resources'].body.parse(given);
  const { list } = await routes['POST /api/v1/search/app_resources'].handle({ ...none, body }, asActor(admin));
  return list;
}

async function resourceNames(world: World, given: object): Promise<string[]> {
  return (await resources(world, given)).map(({ displayName }) => displayName);
}

async function lastRecord({ store }: World) {
  return await store.db
    .selectFrom('audit_log')
    .select(['action', 'actor_name', 'target_id', 'before', 'after'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
}

describeOnStores('what people say of entitlements and resources', (open) => {
  test('a risk that somebody set counts, names them, and is in the system log', async (t) => {
    const world = await startAppWorld(await open(t));
    const scope = await world.app.entitlement('mail.send', 3);
    const set = await change(world, scope, { riskLevel: 'CRITICAL' });
    assert.deepEqual(
      [set.riskLevel, set.connectorRiskLevel, set.riskIsManual, set.riskSetBy?.displayName, set.riskSetAt],
      ['CRITICAL', 'HIGH', true, 'Mei', new Date(NOW_MS).toISOString()],
    );
    const { action, actor_name, target_id, before, after } = await lastRecord(world);
    assert.deepEqual([action, actor_name, target_id], ['entitlement.changed', 'Mei', scope]);
    assert.deepEqual(JSON.parse(before), { riskLevel: 'HIGH', riskIsManual: false });
    assert.deepEqual(JSON.parse(after), { riskLevel: 'CRITICAL', riskIsManual: true });
  });

  test('without it the risk of the connector counts again, and nobody is named', async (t) => {
    const world = await startAppWorld(await open(t));
    const scope = await world.app.entitlement('mail.send', 3);
    await change(world, scope, { riskLevel: 'LOW' });
    const reset = await change(world, scope, { riskLevel: null });
    assert.deepEqual(
      [reset.riskLevel, reset.riskIsManual, reset.riskSetBy, reset.riskSetAt],
      ['HIGH', false, null, null],
    );
  });

  test('a risk of having an account at all is no risk of what the account holds', async (t) => {
    const world = await startAppWorld(await open(t));
    const account = await world.app.account('Noah');
    const access = await world.app.entitlement('access', 0, { is_built_in: 1 });
    await world.app.grant(account, access);
    await world.store.db
      .updateTable('accounts')
      .set({ unrated_count: 0, grant_count: 0, highest_risk: -1 })
      .where('id', '=', account)
      .execute();
    await change(world, access, { riskLevel: 'HIGH' });
    const row = await world.store.db
      .selectFrom('accounts')
      .select(['unrated_count', 'high_count', 'highest_risk'])
      .where('id', '=', account)
      .executeTakeFirstOrThrow();
    assert.deepEqual({ ...row }, { unrated_count: 0, high_count: 0, highest_risk: -1 });
  });

  test('entitlements are found by their owners, by having none, and by the names that clients of C1 have', async (t) => {
    const world = await startAppWorld(await open(t));
    const send = await world.app.entitlement('mail.send', 3);
    await world.app.entitlement('stats.read', 1);
    await change(world, send, { ownerIds: [world.owner.id], complianceFrameworks: ['SOC 2'] });
    for (const [filter, expected] of [
      [{ ownerIds: [world.owner.id] }, ['mail.send']],
      [{ ownerIds: [world.admin.id] }, []],
      [{ owner: 'NONE' }, ['stats.read']],
      [{ owner: 'NONE', ownerIds: [world.owner.id] }, ['mail.send', 'stats.read']],
      [{ riskLevelIds: ['LOW'] }, ['stats.read']],
      [{ complianceFrameworkIds: ['SOC 2'] }, ['mail.send']],
    ] as const) {
      assert.deepEqual(await entitlementNames(world, filter), expected, JSON.stringify(filter));
    }
  });

  test('a resource gets a name and owners, by which it is found, and both are in the system log', async (t) => {
    const world = await startAppWorld(await open(t));
    await world.app.entitlement('mail.send', 3);
    await world.app.entitlement('stats.read', 1);
    const [first] = await resources(world);
    assert.ok(first !== undefined);
    const named = await changeResource(world, first.id, { customName: 'Sending', ownerIds: [world.owner.id] });
    assert.deepEqual([named.customName, named.owners.map(({ displayName }) => displayName)], ['Sending', ['Mei']]);
    const { action, before, after } = await lastRecord(world);
    assert.deepEqual(
      [action, JSON.parse(before), JSON.parse(after)],
      ['resource.changed', { customName: '', owners: [] }, { customName: 'Sending', owners: ['mei@marlowe.example'] }],
    );
    assert.deepEqual(await resourceNames(world, { ownerIds: [world.owner.id] }), ['mail.send']);
    assert.deepEqual(await resourceNames(world, { owner: 'NONE' }), ['stats.read']);
    assert.deepEqual(await resourceNames(world, { query: 'sending' }), ['mail.send']);

    const renamed = await changeResource(world, first.id, { customName: '' });
    assert.deepEqual([renamed.customName, renamed.owners.length], ['', 1]);
    const cleared = await changeResource(world, first.id, { ownerIds: [] });
    assert.deepEqual(cleared.owners, []);
  });

  test('somebody who is not there can own nothing', async (t) => {
    const world = await startAppWorld(await open(t));
    await world.app.entitlement('mail.send', 3);
    const [first] = await resources(world);
    assert.ok(first !== undefined);
    await assert.rejects(changeResource(world, first.id, { ownerIds: [first.id] }), /no person with the id/);
  });

  test('risk levels and compliance frameworks are lists of the company, the worst risk first', async (t) => {
    const { routes, store } = await startAppWorld(await open(t));
    await store.db
      .insertInto('settings')
      .values({
        name: 'organization',
        value: JSON.stringify({ displayName: 'Marlowe', trustedDomains: [], complianceFrameworks: ['DORA'] }),
        updated_ms: NOW_MS,
      })
      .execute();
    const risks = await routes['GET /api/v1/attributes/risk_levels'].handle();
    assert.deepEqual(risks.list[0], { id: 'CRITICAL', value: 'Critical' });
    assert.equal(risks.list.length, 5);
    const frameworks = await routes['GET /api/v1/attributes/compliance_frameworks'].handle();
    assert.deepEqual(frameworks.list, [{ id: 'DORA', value: 'DORA' }]);
  });

  test('the search over everything tells permissions apart that are called alike', async (t) => {
    const { routes, app, admin } = await startAppWorld(await open(t));
    for (const name of ['mail.send', 'alerts.create']) {
      await app.entitlement(name, 3, { slug: 'assigned', display_name: 'Send', search: 'send' });
    }
    const found = await routes['GET /api/v1/search/everything'].handle(
      { query: { query: 'send' }, params: undefined, body: undefined },
      asActor(admin),
    );
    assert.deepEqual(found.entitlements.map(({ externalId, riskLevel }) => `${externalId} ${riskLevel}`).sort(), [
      'scope:alerts.create:assigned HIGH',
      'scope:mail.send:assigned HIGH',
    ]);
  });

  test('an app counts as many grants as its list has', async (t) => {
    const { routes, app, admin } = await startAppWorld(await open(t));
    const account = await app.account('Noah');
    await app.grant(account, await app.entitlement('mail.send', 3));
    await app.grant(account, await app.entitlement('access', 0, { is_built_in: 1 }));
    const params = { app_id: app.appId };
    const shown = await routes['GET /api/v1/apps/{app_id}'].handle(
      { params, query: undefined, body: undefined },
      asActor(admin),
    );
    const body = endpoints['POST /api/v1/search/grants'].body.parse({ appIds: [app.appId] });
    const { totalCount } = await routes['POST /api/v1/search/grants'].handle({ ...none, body }, asActor(admin));
    assert.deepEqual([shown.app.counts.grants, totalCount], [2, 2]);
  });
});
