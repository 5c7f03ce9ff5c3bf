import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Console } from '../ingestion/testing/company.ts';
import { describeOnStores, tempFolder } from '../testing/with-stores.ts';
import { countsByApp, countsOf } from './app-counts.ts';

const scopes = [
  { name: 'mail.send', risk: 'medium' },
  { name: 'api_keys.create', risk: 'critical' },
];

describeOnStores('the numbers of an app', (open) => {
  test('follow what each sync brings and takes away', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    await console.addPerson('ann@example.com', 'Ann');
    const appId = await console.addApp();
    const to = await console.addConnector(appId);
    const ann = { id: 'ann', holds: ['mail.send'] };
    await console.upload(to, { people: [ann, { id: 'ben', holds: ['api_keys.create'] }], scopes });
    const first = await countsOf(console.store.db, [appId]);
    assert.deepEqual(
      [first.accounts, first.accountsWithoutOwner, first.criticalHolders, first.accountsOfRisk(4)],
      [2, 1, 1, 1],
    );
    // Two scopes, one role, and Access.
    assert.deepEqual(
      [first.entitlements, first.entitlementsOfType('scope'), first.resourcesOfType('member')],
      [4, 2, 2],
    );
    await console.upload(to, { people: [ann], scopes }, { force: true });
    const second = await countsOf(console.store.db, [appId]);
    assert.deepEqual([second.accounts, second.accountsWithoutOwner, second.criticalHolders], [1, 0, 0]);
  });

  test('are told apart by app, and add up', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const [one, other] = [await console.addApp(), await console.addApp()];
    for (const [appId, people] of [
      [one, [{ id: 'ann', holds: [] }]],
      [
        other,
        [
          { id: 'ben', holds: [] },
          { id: 'cleo', holds: [] },
        ],
      ],
    ] as const) {
      await console.upload(await console.addConnector(appId), { people, scopes });
    }
    const { db } = console.store;
    const byApp = await countsByApp(db, [one, other]);
    assert.deepEqual([byApp.get(one)?.accounts, byApp.get(other)?.accounts], [1, 2]);
    assert.equal((await countsOf(db, [one, other])).accounts, 3);
    assert.equal((await countsOf(db, [])).accounts, 0);
  });
});
