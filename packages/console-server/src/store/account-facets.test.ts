import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { newActor, SyncedApp } from '../apps/testing/synced-app.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import { ACCOUNT_FACET, facetsOf, readFacet } from './account-facets.ts';

describeOnStores('what accounts are narrowed by', (open) => {
  test('is read back as the columns say it, each combination once', async (t) => {
    const store = await open(t);
    const app = await new SyncedApp(store).create('SendGrid');
    const { id: owner } = await newActor(store, 'Ines', []);
    await app.account('Ada', { owner_id: owner, highest_risk: 4 });
    await app.account('Ben', { status: 'DISABLED', type: 'SERVICE_ACCOUNT', is_external: 1, highest_risk: -1 });
    await app.account('Cleo', { status: 'DELETED', type: 'SYSTEM_ACCOUNT', removed_ms: 5, highest_risk: 0 });
    await app.account('Dan', { owner_id: owner, highest_risk: 4 });
    const facets = await facetsOf(store.db, [app.appId, 'another']);
    const plain = { hasOwner: false, isExternal: false, isRemoved: false };
    assert.deepEqual(
      new Set(facets.map(({ facet }) => readFacet(facet))),
      new Set([
        { ...plain, status: 'DISABLED', type: 'SERVICE_ACCOUNT', isExternal: true, highestRisk: -1 },
        { ...plain, status: 'DELETED', type: 'SYSTEM_ACCOUNT', isRemoved: true, highestRisk: 0 },
        { ...plain, status: 'ENABLED', type: 'USER', hasOwner: true, highestRisk: 4 },
      ]),
    );
    assert.equal(facets.length, 3);
  });

  test('has indexes of the same text', async (t) => {
    const { db, dialect } = await open(t);
    if (dialect === 'postgres') return t.skip('its plan for an empty table says nothing');
    const query = `explain query plan select id from accounts where app_id = 'a' and (${ACCOUNT_FACET}) = 1 order by search, id`;
    const { rows } = await sql.raw<{ detail: string }>(query).execute(db);
    assert.match(rows.map(({ detail }) => detail).join('\n'), /accounts_of_facet_by_name \(app_id=\? AND <expr>=\?\)$/);
  });
});
