import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyncedApp } from '../apps/testing/synced-app.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import { namedSo, searchCandidates } from './search-candidates.ts';
import type { Store } from './store.ts';

async function appOf(store: Store): Promise<SyncedApp> {
  return await new SyncedApp(store).create('SendGrid');
}

describeOnStores('finding rows by a part of a word', (open) => {
  test('finds them as they are added and as their names change', async (t) => {
    const store = await open(t);
    const app = await appOf(store);
    const [ann, ben] = [await app.account('Ann Lee'), await app.account('Ben Quiñones')];
    assert.deepEqual(await namedSo(store.db, 'accounts', 'quiño'), [ben]);
    assert.deepEqual(await namedSo(store.db, 'accounts', 'marlowe nn.l'), [ann]);
    await store.db.updateTable('accounts').set({ search: 'ann quiñones' }).where('id', '=', ann).execute();
    assert.deepEqual((await namedSo(store.db, 'accounts', 'quiñones'))?.toSorted(), [ann, ben].sort());
    assert.deepEqual(await namedSo(store.db, 'accounts', 'lee'), []);
  });

  test('what has a meaning to the index is a letter like others', async (t) => {
    const store = await open(t);
    const app = await appOf(store);
    const odd = await app.account('a"b OR c*d%e_f\\g');
    for (const query of ['a"b', 'or c*d', 'c*d%e_f\\g']) {
      assert.deepEqual(await namedSo(store.db, 'accounts', query), [odd], query);
    }
    for (const query of ['a*b', 'c_d', 'NEAR(a b)'])
      assert.deepEqual(await namedSo(store.db, 'accounts', query), [], query);
  });

  test('finds nothing in particular by less than three letters, whatever they take in memory', async (t) => {
    const store = await open(t);
    await (await appOf(store)).account('𝒳a𝒳');
    assert.equal(await searchCandidates(store.db, 'accounts', 'an'), undefined);
    assert.equal(await searchCandidates(store.db, 'accounts', '🦀a'), undefined);
  });

  test('more than can be named are not named', async (t) => {
    const store = await open(t);
    await store.db
      .insertInto('entitlements')
      .values(
        Array.from({ length: 1_001 }, (_, index) => ({
          id: `e${index}`,
          app_id: 'a',
          connector_id: null,
          resource_id: '',
          resource_type_id: 'scope',
          external_id: `e${index}`,
          slug: '',
          display_name: '',
          alias: '',
          description: '',
          purpose: 'PERMISSION' as const,
          risk: 0,
          connector_risk: 0,
          manual_risk: null,
          is_unknown: 0,
          frameworks: '[]',
          grant_count: 0,
          is_built_in: 0,
          is_immutable: 0,
          fingerprint: '',
          search: `mail.send ${index}`,
          first_seen_ms: 0,
          first_sync_id: null,
          last_seen_ms: 0,
          removed_ms: null,
          removed_sync_id: null,
        })),
      )
      .execute();
    assert.equal(await namedSo(store.db, 'entitlements', 'mail.send'), undefined);
    assert.deepEqual(await namedSo(store.db, 'entitlements', 'mail.send 777'), ['e777']);
  });
});
