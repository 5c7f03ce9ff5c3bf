import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { describeOnStores } from '../testing/with-stores.ts';
import { asActor, startAppWorld } from './testing/app-world.ts';
import { newActor } from './testing/synced-app.ts';

const refusedWith = (code: Code) => (error: unknown) => BatonError.is(error) && error.code === code;
const none = { params: undefined, query: undefined } as const;

describeOnStores('changes to apps and to what was synced', (open) => {
  test('a new app has its owners, and the system log says who made it', async (t) => {
    const { routes, admin, owner, store } = await startAppWorld(await open(t));
    const body = { displayName: 'Slack', description: '', ownerIds: [owner.id] };
    const { app } = await routes['POST /api/v1/apps'].handle({ ...none, body }, asActor(admin));
    assert.deepEqual(
      app.owners.map(({ id }) => id),
      [owner.id],
    );
    const logged = await store.db.selectFrom('audit_log').select(['action', 'actor_name']).execute();
    assert.deepEqual(logged, [{ action: 'app.created', actor_name: 'Ines' }]);
  });

  test('an owner changes their own app, finds no other, and a role that only reads is refused', async (t) => {
    const { routes, app, other, owner, store } = await startAppWorld(await open(t));
    const body = { description: 'Email sending' };
    const change = (app_id: string, actor = owner) =>
      routes['POST /api/v1/apps/{app_id}'].handle({ params: { app_id }, body, query: undefined }, asActor(actor));
    assert.equal((await change(app.appId)).app.description, 'Email sending');
    await assert.rejects(change(other.appId), refusedWith(Code.NotFound));
    const reader = await newActor(store, 'Rita', ['READ_ONLY_ADMINISTRATOR']);
    await assert.rejects(change(app.appId, reader), refusedWith(Code.PermissionDenied));
  });

  test('other rules for owners match anew, and a rule that cannot be read is refused', async (t) => {
    const { routes, app, admin, matched } = await startAppWorld(await open(t));
    const change = (accountKey: string) =>
      routes['POST /api/v1/apps/{app_id}'].handle(
        {
          params: { app_id: app.appId },
          body: { identityMatching: 'CUSTOM', matchingRules: [{ accountKey, userKey: 'user.email' }] },
          query: undefined,
        },
        asActor(admin),
      );
    await assert.rejects(change('account.('), refusedWith(Code.InvalidArgument));
    assert.deepEqual(matched, []);
    await change('account.email');
    assert.deepEqual(matched, [app.appId]);
  });

  test('an app is deleted only by its typed name, and what was read of it stays', async (t) => {
    const { routes, app, admin, store } = await startAppWorld(await open(t));
    await app.account('Ada');
    const params = { app_id: app.appId };
    const remove = (confirmation: string) =>
      routes['DELETE /api/v1/apps/{app_id}'].handle(
        { params, body: { confirmation }, query: undefined },
        asActor(admin),
      );
    await assert.rejects(remove('DELETE'), refusedWith(Code.InvalidArgument));
    await remove('SendGrid');
    const read = routes['GET /api/v1/apps/{app_id}'].handle({ ...none, params, body: undefined }, asActor(admin));
    await assert.rejects(read, refusedWith(Code.NotFound));
    assert.equal((await store.db.selectFrom('accounts').select('id').execute()).length, 1);
  });

  test('an owner set by hand is kept as such, can be cleared, and goes back to the rules', async (t) => {
    const { routes, app, admin, matched, store } = await startAppWorld(await open(t));
    const params = { app_id: app.appId, app_user_id: await app.account('Ada') };
    const change = async (body: { ownerId?: string | null; resetOwner?: true }) => {
      const route = routes['POST /api/v1/apps/{app_id}/app_users/{app_user_id}'];
      const { account } = await route.handle({ params, body, query: undefined }, asActor(admin));
      return [account.owner?.displayName, account.ownerSource];
    };
    assert.deepEqual(await change({ ownerId: admin.id }), ['Ines', 'MANUAL']);
    assert.deepEqual(await change({ ownerId: null }), [undefined, 'CLEARED']);
    assert.deepEqual(await change({ resetOwner: true }), [undefined, 'NONE']);
    assert.deepEqual(matched, [app.appId]);
    const logged = await store.db.selectFrom('audit_log').select(['before', 'after']).orderBy('seq').execute();
    assert.deepEqual(logged[0], {
      before: '{"owner":null,"ownerSource":"NONE"}',
      after: '{"owner":"ines@marlowe.example","ownerSource":"MANUAL"}',
    });
  });

  test('another risk of an entitlement shows on all who hold it, and can be taken back', async (t) => {
    const { routes, app, admin } = await startAppWorld(await open(t));
    const ada = await app.account('Ada');
    const scope = await app.entitlement('mail.send', 1);
    await app.grant(ada, scope);
    await app.grant(ada, await app.entitlement('stats.read', 2));
    const rate = async (riskLevel: 'CRITICAL' | null) => {
      await routes['POST /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}'].handle(
        { params: { app_id: app.appId, app_entitlement_id: scope }, body: { riskLevel }, query: undefined },
        asActor(admin),
      );
      const { account } = await routes['GET /api/v1/apps/{app_id}/app_users/{app_user_id}'].handle(
        { params: { app_id: app.appId, app_user_id: ada }, body: undefined, query: undefined },
        asActor(admin),
      );
      return [account.highestRisk, account.riskCounts];
    };
    const counts = { CRITICAL: 0, HIGH: 0, MEDIUM: 1, LOW: 0, UNRATED: 0 };
    assert.deepEqual(await rate('CRITICAL'), ['CRITICAL', { ...counts, CRITICAL: 1 }]);
    assert.deepEqual(await rate(null), ['MEDIUM', { ...counts, LOW: 1 }]);
  });
});
