import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { SyncedApp } from '../apps/testing/synced-app.ts';
import { rematchInSteps } from '../ingestion/rematch.ts';
import { silentLogger } from '../logger.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import { OwnersFollowPeople } from './owners-follow-people.ts';
import { startWorld } from './testing/world.ts';

const OMAR = 'omar.haddad@marlowe.example';
const MOVED = 'omar.h@marlowe.example';

describeOnStores('whose accounts are whose', (open) => {
  const start = async (t: TestContext) => {
    const store = await open(t);
    const follow = new OwnersFollowPeople({ store, logger: silentLogger, rematch: rematchInSteps });
    const stopping = new AbortController();
    const running = follow.run(stopping.signal);
    t.after(async () => {
      stopping.abort();
      await running;
    });
    const world = await startWorld(t, store, { peopleChanged: () => follow.notice() });
    const ines = await world.firstPerson();
    const app = await new SyncedApp(store).create('SendGrid');
    const account = (email: string) =>
      app.account('Omar', { email, keys: JSON.stringify({ emails: [email], usernames: [], name: 'Omar' }) });
    const ownerBecomes = async (accountId: string, wanted: string | null) => {
      for (;;) {
        const rows = store.db.selectFrom('accounts').select('owner_id').where('id', '=', accountId);
        const { owner_id } = await rows.executeTakeFirstOrThrow();
        if (owner_id === wanted) return;
        await setImmediate();
      }
    };
    return { ...world, ines, account, ownerBecomes };
  };

  test('a person who is added gets the accounts with that address, and keeps only those with a new one', async (t) => {
    const { ines, account, ownerBecomes } = await start(t);
    const [first, second] = [await account(OMAR), await account(MOVED)];
    const made = await ines.post('/api/v1/users', { email: OMAR, displayName: 'Omar Haddad' });
    const id = made.textAt('user', 'id');
    await ownerBecomes(first, id);
    assert.equal((await ines.post(`/api/v1/users/${id}`, { email: MOVED })).status, 200);
    await ownerBecomes(second, id);
    await ownerBecomes(first, null);
  });

  test('people from a file get theirs', async (t) => {
    const { ines, store, account, ownerBecomes } = await start(t);
    const id = await account(OMAR);
    const csv = `email,name\n${OMAR},Omar Haddad\n`;
    assert.equal((await ines.post('/api/v1/users/import', { csv, apply: true })).at('created'), 1);
    const person = await store.db.selectFrom('people').select('id').where('email', '=', OMAR).executeTakeFirstOrThrow();
    await ownerBecomes(id, person.id);
  });
});
