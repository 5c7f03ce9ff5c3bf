import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startWorld } from '../../people/testing/world.ts';
import { describeOnStores } from '../../testing/with-stores.ts';

const PATH = '/api/v1/settings/oidc';
const SECRET = 'the secret of the provider';
const oidc = {
  displayName: 'Marlowe ID',
  issuer: 'https://id.marlowe.example',
  clientId: 'console',
  createPeople: false,
};

describeOnStores('the settings of single sign-on', (open) => {
  const start = async (t: TestContext) => {
    const world = await startWorld(t, await open(t));
    return { ...world, ines: await world.firstPerson() };
  };

  test('are empty at first, and say what to register with the provider', async (t) => {
    const { ines } = await start(t);
    const { at } = await ines.get(PATH);
    assert.deepEqual(
      [at('oidc'), at('secretSaved'), at('redirectUri')],
      [null, false, 'https://console.example.com/auth/oidc/callback'],
    );
  });

  test('take a secret and never give it back, neither here nor in the log', async (t) => {
    const { ines, store } = await start(t);
    const saved = await ines.post(PATH, { oidc, clientSecret: SECRET });
    assert.deepEqual([saved.status, saved.at('secretSaved'), saved.at('oidc')], [200, true, oidc]);
    const rows = await store.db.selectFrom('audit_log').selectAll().orderBy('seq').execute();
    assert.equal(rows.at(-1)?.action, 'settings.oidc_changed');
    const everything = JSON.stringify([
      saved.text,
      (await ines.get(PATH)).text,
      rows,
      await store.db.selectFrom('secrets').selectAll().execute(),
      await store.db.selectFrom('settings').selectAll().execute(),
    ]);
    assert.equal(everything.includes(SECRET), false);
  });

  test('keep the secret when something else changes', async (t) => {
    const { ines } = await start(t);
    await ines.post(PATH, { oidc, clientSecret: SECRET });
    assert.equal((await ines.post(PATH, { oidc: { ...oidc, createPeople: true } })).at('secretSaved'), true);
  });

  test('do not give the secret of one provider to another', async (t) => {
    const { ines } = await start(t);
    await ines.post(PATH, { oidc, clientSecret: SECRET });
    const other = { ...oidc, issuer: 'https://evil.example' };
    assert.equal((await ines.post(PATH, { oidc: other })).status, 400);
    assert.equal((await ines.get(PATH)).at('oidc', 'issuer'), oidc.issuer);
    assert.equal((await ines.post(PATH, { oidc: other, clientSecret: '' })).at('secretSaved'), false);
  });

  test('forget the secret when they are switched off', async (t) => {
    const { ines, store } = await start(t);
    await ines.post(PATH, { oidc, clientSecret: SECRET });
    assert.equal((await ines.post(PATH, { oidc: null })).at('secretSaved'), false);
    assert.deepEqual(await store.db.selectFrom('secrets').selectAll().where('owner', '=', 'oidc').execute(), []);
  });

  test('take no provider inside the network, nor one without encryption', async (t) => {
    const { ines } = await start(t);
    for (const issuer of ['https://169.254.169.254', 'http://id.marlowe.example', 'https://[::1]']) {
      assert.equal((await ines.post(PATH, { oidc: { ...oidc, issuer } })).status, 400, issuer);
    }
  });

  test('are for Super Administrators', async (t) => {
    const { ines, person } = await start(t);
    const auditor = await person(ines, 'ada@marlowe.example', ['READ_ONLY_ADMINISTRATOR', 'CONNECTOR_ADMINISTRATOR']);
    assert.equal((await auditor.get(PATH)).status, 403);
    assert.equal((await auditor.post(PATH, { oidc: null })).status, 403);
  });
});
