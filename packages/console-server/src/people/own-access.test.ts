import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { SyncedApp } from '../apps/testing/synced-app.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import { type Answer, startWorld } from './testing/world.ts';

describeOnStores('what a Basic User sees of herself', (open) => {
  const start = async (t: TestContext) => {
    const world = await startWorld(t, await open(t));
    const { store } = world;
    const ines = await world.firstPerson();
    const noor = await world.person(ines, 'noor.aziz@marlowe.example', ['BASIC_USER']);
    const noorsId = (await noor.get('/api/v1/session')).textAt('user', 'id');
    const sendGrid = await new SyncedApp(store).create('SendGrid');
    const payroll = await new SyncedApp(store).create('Payroll');
    const [send, look] = [await sendGrid.entitlement('mail.send', 3), await sendGrid.entitlement('stats.read', 1)];
    const own = await sendGrid.account('Noor Aziz', { owner_id: noorsId });
    const foreign = await sendGrid.account('Gareth Pugh');
    for (const [account, entitlement] of [
      [own, look],
      [own, send],
      [foreign, send],
    ] as const) {
      await sendGrid.grant(account, entitlement);
    }
    return { ...world, ines, noor, noorsId, sendGrid, payroll, own, foreign };
  };
  const names = (answer: Answer, ...path: readonly string[]): unknown[] => {
    const list = answer.at('list');
    return Array.isArray(list) ? list.map((_, n) => answer.at('list', n, ...path)) : [];
  };

  test('her accounts in every app, the riskiest first, and not those of others', async (t) => {
    const { noor, noorsId, payroll } = await start(t);
    await payroll.account('Noor A.', { owner_id: noorsId });
    await payroll.account('Ruth Abebe');
    const answer = await noor.get('/api/v1/my/app_users');
    assert.deepEqual(names(answer, 'displayName'), ['Noor Aziz', 'Noor A.']);
    assert.deepEqual(names(answer, 'appDisplayName'), ['SendGrid', 'Payroll']);
    assert.equal(answer.at('totalCount'), 2);
  });

  test('what her account holds, the riskiest first, page by page', async (t) => {
    const { noor, own } = await start(t);
    const path = `/api/v1/my/app_users/${own}/grants?page_size=1`;
    const first = await noor.get(path);
    assert.deepEqual(names(first, 'entitlement', 'displayName'), ['mail.send']);
    const second = await noor.get(`${path}&page_token=${encodeURIComponent(first.textAt('nextPageToken'))}`);
    assert.deepEqual(names(second, 'entitlement', 'displayName'), ['stats.read']);
    assert.equal(second.textAt('nextPageToken'), '');
  });

  test('nothing of another’s account, of one that is gone, or of a deleted app', async (t) => {
    const { store, noor, noorsId, own, foreign, sendGrid, payroll } = await start(t);
    const closed = await payroll.account('Noor A.', { owner_id: noorsId });
    await store.db.updateTable('apps').set({ deleted_ms: 1 }).where('id', '=', payroll.appId).execute();
    const gone = await sendGrid.account('Noor Old', { owner_id: noorsId, removed_ms: 1 });
    for (const id of [foreign, gone, closed]) {
      assert.equal((await noor.get(`/api/v1/my/app_users/${id}`)).status, 404);
      assert.equal((await noor.get(`/api/v1/my/app_users/${id}/grants`)).status, 404);
    }
    assert.deepEqual(names(await noor.get('/api/v1/my/app_users'), 'id'), [own]);
  });

  test('a token of one account’s list opens no other', async (t) => {
    const { ines, noor, noorsId, own, sendGrid, store } = await start(t);
    const inesId = (await ines.get('/api/v1/session')).textAt('user', 'id');
    const other = await sendGrid.account('Ines', { owner_id: inesId });
    const token = (await noor.get(`/api/v1/my/app_users/${own}/grants?page_size=1`)).textAt('nextPageToken');
    const path = `/api/v1/my/app_users/${other}/grants?page_size=1&page_token=${encodeURIComponent(token)}`;
    assert.equal((await ines.get(path)).status, 400);
    assert.equal((await noor.get(path)).status, 404);
    await store.db.updateTable('accounts').set({ owner_id: null }).where('owner_id', '=', noorsId).execute();
    assert.equal((await noor.get(`/api/v1/my/app_users/${own}`)).status, 404);
  });
});
