import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { SyncedApp } from '../apps/testing/synced-app.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import { audiences } from './testing/audiences.ts';
import { addressOf } from './testing/route-address.ts';
import { startWholeConsole } from './testing/whole-console.ts';

const SECRET = 'Payroll';

/** What a route needs to get past the check of its body. */
const bodies: Readonly<Record<string, object>> = {
  'PUT /api/v1/apps/{app_id}/owners': { userIds: ['the caller'] },
  'DELETE /api/v1/apps/{app_id}': { confirmation: SECRET },
  'POST /api/v1/apps/{app_id}/resources/{resource_id}': { customName: 'Mine' },
  'POST /api/v1/apps/{app_id}/connectors/{connector_id}/config': { values: {}, secrets: {} },
  'DELETE /api/v1/apps/{app_id}/connectors/{connector_id}': { confirmation: SECRET },
  'POST /api/v1/apps/{app_id}/connectors/{connector_id}/credentials/revoke': { clientId: 'some' },
};

/** Those of connectors answer with an empty list, as for an app without any. */
const LISTS = new Set(['GET /api/v1/apps/{app_id}/connectors']);
/** Not for owners of apps at all. */
const FILES = 'GET /api/v1/apps/{app_id}/connectors/{connector_id}/syncs/{sync_id}/file';

describeOnStores("another owner's app", (open) => {
  const start = async (t: TestContext) => {
    const console = await startWholeConsole(t, await open(t));
    const { store } = console;
    const admin = await console.signedIn(await console.person('ines', 'SUPER_ADMINISTRATOR'));
    const mei = await console.person('mei', 'APPLICATION_ADMINISTRATOR');
    const kofi = await console.person('kofi', 'APPLICATION_ADMINISTRATOR');
    const made = await admin.post('/api/v1/connectors/create', {
      catalogId: 'baton',
      displayName: `${SECRET} connector`,
      app: { kind: 'new', displayName: SECRET },
      userIds: [kofi.id],
    });
    assert.equal(made.status, 200, made.text);
    const connectorId = made.textAt('connector', 'id');
    const theirs = await new SyncedApp(store).create(`${SECRET} app`, [kofi.id]);
    const account = await theirs.account(`${SECRET} account`);
    const entitlement = await theirs.entitlement(`${SECRET}.read`, 3);
    await theirs.grant(account, entitlement);
    const { id: resource } = await store.db
      .selectFrom('resources')
      .select('id')
      .where('app_id', '=', theirs.appId)
      .executeTakeFirstOrThrow();
    await store.db.updateTable('connectors').set({ app_id: theirs.appId }).where('id', '=', connectorId).execute();
    await new SyncedApp(store).create('SendGrid', [mei.id]);
    const browser = await console.signedIn(mei);
    const ids = {
      app_id: theirs.appId,
      app_user_id: account,
      app_entitlement_id: entitlement,
      resource_id: resource,
      connector_id: connectorId,
      sync_id: connectorId,
    };
    return { ...console, browser, mei, kofi, ids };
  };

  test('is not there by any address that names it', async (t) => {
    const { browser, mei, ids } = await start(t);
    for (const name of Object.keys(audiences).filter((one) => one.includes('{app_id}'))) {
      const { method, path } = addressOf(name, ids);
      const given = name.startsWith('PUT') ? { userIds: [mei.id] } : (bodies[name] ?? {});
      const answer = await browser.call(method, path, method === 'GET' ? undefined : given);
      const expected = name === FILES ? 403 : LISTS.has(name) ? 200 : 404;
      assert.equal(answer.status, expected, `${name}: ${answer.text}`);
      assert.ok(!answer.text.includes(SECRET), `${name}: ${answer.text}`);
    }
    const credential = { appId: ids.app_id, connectorId: ids.connector_id };
    assert.equal((await browser.post('/api/v1/apps/connectors/credentials', credential)).status, 404);
  });

  test('is in no list, search or file, even when it is asked for by its ids', async (t) => {
    const { browser, ids, kofi } = await start(t);
    const asked = {
      appIds: [ids.app_id],
      appUserIds: [ids.app_user_id],
      entitlementIds: [ids.app_entitlement_id],
      ownerIds: [kofi.id],
      query: SECRET,
    };
    const searches = Object.keys(audiences).filter((one) => /^POST \/api\/v1\/(search|export|grants)\//.test(one));
    for (const name of searches) {
      for (const body of [asked, {}, { appIds: asked.appIds }]) {
        const answer = await browser.post(addressOf(name).path, body);
        assert.ok(!answer.text.includes(SECRET), `${name}: ${answer.text}`);
      }
    }
    for (const path of ['/api/v1/home', `/api/v1/search/everything?query=${SECRET}`, '/api/v1/apps']) {
      const answer = await browser.get(path);
      assert.deepEqual([answer.status, answer.text.includes(SECRET)], [200, false], path);
    }
  });

  test('is not reached through an app of one’s own', async (t) => {
    const { browser, ids, store, mei } = await start(t);
    const { app_id: own } = await store.db
      .selectFrom('app_owners')
      .select('app_id')
      .where('person_id', '=', mei.id)
      .executeTakeFirstOrThrow();
    for (const path of [
      `app_users/${ids.app_user_id}`,
      `entitlements/${ids.app_entitlement_id}`,
      `entitlements/${ids.app_entitlement_id}/users`,
      `resources/${ids.resource_id}`,
      `connectors/${ids.connector_id}`,
      `connectors/${ids.connector_id}/log`,
    ]) {
      assert.equal((await browser.get(`/api/v1/apps/${own}/${path}`)).status, 404, path);
    }
    const { status } = await browser.post(`/api/v1/apps/${own}/app_users/${ids.app_user_id}`, { resetOwner: true });
    assert.equal(status, 404);
  });

  test('gives an owner without the role nothing', async (t) => {
    const { signedIn, person, ids, store } = await start(t);
    const ada = await person('ada', 'BASIC_USER');
    await store.db.insertInto('app_owners').values({ app_id: ids.app_id, person_id: ada.id }).execute();
    const browser = await signedIn(ada);
    assert.equal((await browser.get(`/api/v1/apps/${ids.app_id}`)).status, 403);
    assert.ok(!(await browser.get('/api/v1/home')).text.includes(SECRET));
    assert.ok(!(await browser.get(`/api/v1/search/everything?query=${SECRET}`)).text.includes(SECRET));
  });
});
