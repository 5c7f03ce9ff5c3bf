import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpoints } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Actor } from '../domain/actor.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import { asActor, startAppWorld } from './testing/app-world.ts';
import { NOW_MS, newActor } from './testing/synced-app.ts';

type World = Awaited<ReturnType<typeof startAppWorld>>;

async function accounts({ routes, admin }: World, given: object = {}, actor: Actor = admin) {
  const body = endpoints['POST /api/v1/search/app_users'].body.parse(given);
  return routes['POST /api/v1/search/app_users'].handle({ body, params: undefined, query: undefined }, asActor(actor));
}

async function accountNames(world: World, given: object = {}, actor?: Actor): Promise<string[]> {
  const { list, totalCount } = await accounts(world, given, actor);
  assert.equal(totalCount, list.length);
  return list.map(({ displayName }) => displayName);
}

async function entitlementNames({ routes, admin }: World, given: object = {}): Promise<string[]> {
  const body = endpoints['POST /api/v1/search/entitlements'].body.parse(given);
  const request = { body, params: undefined, query: undefined };
  const { list } = await routes['POST /api/v1/search/entitlements'].handle(request, asActor(admin));
  return list.map(({ displayName }) => displayName);
}

async function grants({ routes, admin }: World, given: object = {}, actor: Actor = admin) {
  const body = endpoints['POST /api/v1/search/grants'].body.parse(given);
  return routes['POST /api/v1/search/grants'].handle({ body, params: undefined, query: undefined }, asActor(actor));
}

const refusedWith = (code: Code) => (error: unknown) => BatonError.is(error) && error.code === code;

describeOnStores('lists of what was synced', (open) => {
  test('accounts are found by words, and by any of each filter that is set', async (t) => {
    const world = await startAppWorld(await open(t));
    const { app, other, admin, store } = world;
    const left = await newActor(store, 'Gareth', []);
    await store.db.updateTable('people').set({ status: 'DISABLED' }).where('id', '=', left.id).execute();
    await app.account('Ada', { owner_id: admin.id });
    await app.account('Ben', { status: 'DISABLED', email: 'ben@Studio.example', is_external: 1 });
    await app.account('Cleo', { type: 'SERVICE_ACCOUNT', resource_type_id: 'subuser', highest_risk: 4 });
    await app.account('Dan', { owner_id: left.id, highest_risk: 3 });
    await app.account('Eve', { removed_ms: NOW_MS });
    await other.account('Fay');

    const appIds = [app.appId];
    for (const [filter, expected] of [
      [{}, ['Ada', 'Ben', 'Cleo', 'Dan']],
      [{ query: 'AD' }, ['Ada']],
      [{ query: 'a% _' }, []],
      [{ includeRemoved: true }, ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve']],
      [{ statuses: ['DISABLED'] }, ['Ben']],
      [{ statuses: ['DISABLED', 'ENABLED'], types: ['SERVICE_ACCOUNT'] }, ['Cleo']],
      [{ resourceTypeIds: ['subuser', 'none'] }, ['Cleo']],
      [{ domains: ['studio.example'] }, ['Ben']],
      [{ onlyExternal: true }, ['Ben']],
      [{ highestRisks: ['CRITICAL', 'HIGH'] }, ['Cleo', 'Dan']],
      [{ userIds: [admin.id, left.id] }, ['Ada', 'Dan']],
      [{ owner: 'NONE' }, ['Ben', 'Cleo']],
      [{ owner: 'ORPHANED' }, ['Ben', 'Cleo', 'Dan']],
    ] as const) {
      assert.deepEqual(await accountNames(world, { appIds, ...filter }), expected, JSON.stringify(filter));
    }
    assert.deepEqual(await accountNames(world), ['Ada', 'Ben', 'Cleo', 'Dan', 'Fay']);
  });

  test('accounts are sorted by what an index can read, both ways', async (t) => {
    const world = await startAppWorld(await open(t));
    await world.app.account('Ada', { highest_risk: 1, grant_count: 9, email: 'z@x.example' });
    await world.app.account('Ben', { highest_risk: 4, grant_count: 2, email: 'a@x.example' });
    for (const sort of ['displayName', '-email', '-grantCount', 'highestRisk']) {
      assert.deepEqual(await accountNames(world, { sort }), ['Ada', 'Ben'], sort);
      const turned = sort.startsWith('-') ? sort.slice(1) : `-${sort}`;
      assert.deepEqual(await accountNames(world, { sort: turned }), ['Ben', 'Ada'], turned);
    }
    await assert.rejects(accounts(world, { sort: 'profile' }), { name: 'ZodError' });
  });

  test('pages neither repeat nor lose an account while others come', async (t) => {
    const world = await startAppWorld(await open(t));
    for (const name of ['B', 'D', 'F', 'H', 'J']) await world.app.account(name);
    const seen: string[] = [];
    for (let pageToken = ''; ; ) {
      const page = await accounts(world, { pageSize: 2, pageToken });
      assert.equal(page.totalCount, 5);
      seen.push(...page.list.map(({ displayName }) => displayName));
      if (page.nextPageToken === '') break;
      if (pageToken === '') for (const name of ['A', 'C']) await world.app.account(name);
      pageToken = page.nextPageToken;
    }
    assert.deepEqual(seen, ['B', 'D', 'F', 'H', 'J']);
  });

  test('entitlements are found by risk, by framework and by whether somebody holds them', async (t) => {
    const world = await startAppWorld(await open(t));
    await world.app.entitlement('api_keys.create', 4, { frameworks: '["SOC 2"]', grant_count: 3 });
    await world.app.entitlement('stats.read', 1, { frameworks: '["SOC 20"]' });
    assert.deepEqual(await entitlementNames(world, { riskLevels: ['CRITICAL'] }), ['api_keys.create']);
    assert.deepEqual(await entitlementNames(world, { complianceFrameworks: ['SOC 2'] }), ['api_keys.create']);
    assert.deepEqual(await entitlementNames(world, { held: 'NOT_HELD' }), ['stats.read']);
    assert.deepEqual(await entitlementNames(world, { held: 'HELD', query: 'keys' }), ['api_keys.create']);
    assert.deepEqual(await entitlementNames(world, { resourceTypeIds: ['role'] }), []);
    assert.deepEqual(await entitlementNames(world, { sort: '-riskLevel' }), ['api_keys.create', 'stats.read']);
  });

  test('a grant names through what it is held, and is past once it is revoked', async (t) => {
    const world = await startAppWorld(await open(t));
    const { app, routes, admin } = world;
    const noah = await app.account('Noah');
    const role = await app.entitlement('admin', 4, { alias: 'Administrator' });
    const scope = await app.entitlement('mail.send', 3);
    await app.grant(noah, role);
    await app.grant(noah, scope, { is_direct: 0, sources: '["scope:admin:assigned","role:gone"]' });
    await app.grant(noah, scope, { granted_ms: NOW_MS - 9000, revoked_ms: NOW_MS - 5000 });

    const { list, totalCount } = await grants(world, { appUserIds: [noah], sort: 'riskLevel' });
    assert.equal(totalCount, 2);
    assert.deepEqual(
      list.map((grant) => [grant.entitlement.slug, grant.isDirect, grant.sources]),
      [
        [
          'mail.send',
          false,
          [
            { entitlementId: role, displayName: 'Administrator' },
            { entitlementId: null, displayName: 'role:gone' },
          ],
        ],
        ['admin', true, []],
      ],
    );
    assert.equal((await grants(world, { entitlementIds: [scope] })).totalCount, 1);
    assert.equal((await grants(world, { appIds: [app.appId], riskLevels: ['CRITICAL'] })).totalCount, 1);
    assert.equal((await grants(world, { appUserIds: [noah], directOnly: true })).totalCount, 1);
    assert.equal((await grants(world, { appUserIds: [noah], query: 'mail' })).totalCount, 1);
    await assert.rejects(grants(world, { query: 'mail' }), refusedWith(Code.InvalidArgument));

    const body = endpoints['POST /api/v1/search/past-grants'].body.parse({ appUserIds: [noah] });
    const past = await routes['POST /api/v1/search/past-grants'].handle(
      { body, params: undefined, query: undefined },
      asActor(admin),
    );
    assert.deepEqual(
      past.list.map(({ revokedAt }) => revokedAt),
      [new Date(NOW_MS - 5000).toISOString()],
    );
  });

  test('the feed tells what was added and removed, the newest first, and not what the first sync found', async (t) => {
    const world = await startAppWorld(await open(t));
    const { app, routes, admin } = world;
    const noah = await app.account('Noah');
    const scope = await app.entitlement('mail.send', 3);
    const first = await app.entitlement('stats.read', 1);
    await app.grant(noah, first, { granted_ms: NOW_MS - 9000, since_first_sync: 1 });
    await app.grant(noah, scope, { granted_ms: NOW_MS - 8000, revoked_ms: NOW_MS - 5000 });
    await app.grant(noah, scope, { granted_ms: NOW_MS - 1000 });
    const feed = async (given: object) => {
      const body = endpoints['POST /api/v1/grants/feed'].body.parse(given);
      const request = { body, params: undefined, query: undefined };
      return routes['POST /api/v1/grants/feed'].handle(request, asActor(admin));
    };
    const told: string[] = [];
    for (let pageToken = ''; ; ) {
      const page = await feed({ pageSize: 1, pageToken });
      assert.equal(page.totalCount, 3);
      told.push(...page.list.map(({ eventType }) => eventType));
      for (const { connectorId } of page.list) assert.equal(connectorId, app.connectorId);
      if (page.nextPageToken === '') break;
      pageToken = page.nextPageToken;
    }
    assert.deepEqual(told, ['ADDED', 'REMOVED', 'ADDED']);
    assert.equal((await feed({ after: new Date(NOW_MS - 6000).toISOString() })).totalCount, 2);
    assert.equal((await feed({ before: new Date(NOW_MS - 6000).toISOString() })).totalCount, 1);
    const home = await routes['GET /api/v1/home'].handle(
      { body: undefined, params: undefined, query: undefined },
      asActor(admin),
    );
    assert.equal(home.recentChanges.length, 3);
  });

  test('each number of an app is the length of its list', async (t) => {
    const world = await startAppWorld(await open(t));
    const { app, routes, admin } = world;
    const noah = await app.account('Noah');
    await app.account('Mia', { owner_id: admin.id, is_external: 1 });
    const scope = await app.entitlement('mail.send', 4);
    await app.entitlement('old', 1, { removed_ms: NOW_MS });
    await app.grant(noah, scope);
    const shown = await routes['GET /api/v1/apps/{app_id}'].handle(
      { params: { app_id: app.appId }, body: undefined, query: undefined },
      asActor(admin),
    );
    const appIds = [app.appId];
    const { counts } = shown.app;
    assert.equal(counts.accounts, (await accountNames(world, { appIds })).length);
    assert.equal(counts.accountsWithoutOwner, (await accountNames(world, { appIds, owner: 'NONE' })).length);
    assert.equal(counts.criticalHolders, (await accountNames(world, { appIds, highestRisks: ['CRITICAL'] })).length);
    assert.equal(counts.entitlements, (await entitlementNames(world, { appIds })).length);
    assert.equal(counts.grants, (await grants(world, { appIds })).totalCount);
    assert.equal(counts.resources, 2);
    const home = await routes['GET /api/v1/home'].handle(
      { body: undefined, params: undefined, query: undefined },
      asActor(admin),
    );
    assert.equal(home.accounts, 2);
    assert.equal(home.externalAccounts, (await accountNames(world, { onlyExternal: true })).length);
    assert.equal(home.risk.CRITICAL, counts.criticalHolders);
  });

  test('an owner sees their own apps and nothing of others, whatever ids are named', async (t) => {
    const world = await startAppWorld(await open(t));
    const { app, other, owner, routes } = world;
    await app.account('Ada');
    const fay = await other.account('Fay');
    assert.deepEqual(await accountNames(world, {}, owner), ['Ada']);
    assert.deepEqual(await accountNames(world, { appIds: [other.appId] }, owner), []);
    const { list } = await grants(world, { appUserIds: [fay] }, owner);
    assert.deepEqual(list, []);
    for (const app_id of [other.appId, app.appId]) {
      const params = { app_id, app_user_id: fay };
      await assert.rejects(
        routes['GET /api/v1/apps/{app_id}/app_users/{app_user_id}'].handle(
          { params, body: undefined, query: undefined },
          asActor(owner),
        ),
        refusedWith(Code.NotFound),
      );
    }
    const search = (query: string) =>
      routes['GET /api/v1/search/everything'].handle(
        { query: { query }, params: undefined, body: undefined },
        asActor(owner),
      );
    assert.deepEqual((await search('fay')).accounts, []);
    assert.equal((await search('ada')).accounts.length, 1);
    assert.deepEqual((await search('payroll')).apps, []);
  });

  test('someone without a role for apps sees none', async (t) => {
    const world = await startAppWorld(await open(t));
    await world.app.account('Ada');
    const basic = await newActor(world.store, 'Basil', ['BASIC_USER']);
    await world.store.db.insertInto('app_owners').values({ app_id: world.app.appId, person_id: basic.id }).execute();
    assert.deepEqual(await accountNames(world, {}, basic), []);
  });

  test('a file has every row that the search finds, and no cell that a spreadsheet would run', async (t) => {
    const world = await startAppWorld(await open(t));
    const { app, routes, admin } = world;
    await app.account('=cmd()', { email: '' });
    await app.account('<img src=x onerror=alert(1)>', { email: 'a,b"@x.example' });
    await app.account('Zed', { status: 'DISABLED' });
    const body = endpoints['POST /api/v1/export/app_users'].body.parse({
      statuses: ['ENABLED'],
      columns: ['displayName', 'email'],
    });
    const stream = await routes['POST /api/v1/export/app_users'].handle(
      { body, params: undefined, query: undefined },
      asActor(admin),
    );
    assert.equal(
      await new Response(stream).text(),
      'displayName,email\r\n<img src=x onerror=alert(1)>,"a,b""@x.example"\r\n\'=cmd(),\r\n',
    );
  });
});
