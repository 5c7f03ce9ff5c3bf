import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeOnStores, tempFolder } from '../testing/with-stores.ts';
import { openStore } from './open-store.ts';

const clock = { now: () => 1, sleep: async () => {} };

function hides(password: string): (error: Error) => boolean {
  return (error) => {
    assert.ok(!error.message.includes(password), error.message);
    return true;
  };
}

describeOnStores('PostgreSQL that cannot be used', (_, kind) => {
  const skip = kind.dialect === 'sqlite' && 'only for PostgreSQL';

  test('a wrong password is said so, without the password', { skip }, async (t) => {
    const { databaseUrl = '', dataDir } = await kind.emptyPlace(t);
    const url = new URL(databaseUrl);
    url.password = 'wrong-secret';
    const opening = openStore({ databaseUrl: url.href, dataDir, clock });
    await assert.rejects(opening, { code: 16, message: /refused the user or password of postgres:\/\/console@/ });
    await opening.catch(hides('wrong-secret'));
  });

  test('a database that does not exist is said so', { skip }, async (t) => {
    const { databaseUrl = '', dataDir } = await kind.emptyPlace(t);
    const url = new URL(databaseUrl);
    url.pathname = '/nowhere';
    await assert.rejects(openStore({ databaseUrl: url.href, dataDir, clock }), {
      code: 5,
      message: /\/nowhere does not exist/,
    });
  });

  test('two transactions that wait for each other: one fails and may be tried again', { skip }, async (t) => {
    const store = await openStore({ ...(await kind.freshPlace(t)), clock });
    t.after(() => store.close());
    const row = { value: '', updated_ms: 0 };
    const names = ['a', 'b'];
    await store.db
      .insertInto('settings')
      .values(names.map((name) => ({ name, ...row })))
      .execute();
    let inside = 0;
    const { promise: both, resolve } = Promise.withResolvers<void>();
    const touch = (order: readonly string[]) =>
      store.transaction(async (trx) => {
        for (const name of order) {
          await trx.updateTable('settings').set({ updated_ms: 1 }).where('name', '=', name).execute();
          inside += 1;
          if (inside === 2) resolve();
          await both;
        }
      });
    const ends = await Promise.allSettled([touch(names), touch(names.toReversed())]);
    const failed = ends.filter((end) => end.status === 'rejected').map(({ reason }) => reason as Error);
    assert.equal(failed.length, 1);
    assert.match(failed[0]?.message ?? '', /in each other’s way/);
  });
});

test('a server that is not there is said so, without the password', async (t) => {
  const databaseUrl = 'postgres://console:very-secret@127.0.0.1:1/console';
  const opening = openStore({ databaseUrl, dataDir: tempFolder(t), clock });
  await assert.rejects(opening, {
    code: 14,
    message: /postgres:\/\/console@127\.0\.0\.1:1\/console cannot be reached/,
  });
  await opening.catch(hides('very-secret'));
});

test('an address of another kind of database is refused', async (t) => {
  const opening = openStore({ databaseUrl: 'mysql://a:secret@b/c', dataDir: tempFolder(t), clock });
  await assert.rejects(opening, { code: 3, message: /has to start with postgres:\/\// });
});
