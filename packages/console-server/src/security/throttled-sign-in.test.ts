import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { PasswordHashes } from '../auth/password-hashes.ts';
import { Browser, PASSWORD } from '../people/testing/world.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import { startWholeConsole } from './testing/whole-console.ts';

const INES = 'ines@marlowe.example';
const keyText = randomBytes(32).toString('base64');
/** Hashes say how dear they are: wrong guesses at this one cost next to nothing. */
const cheap = new PasswordHashes({ logN: 4, r: 8, p: 1 });

async function givePassword(store: Store, personId: string): Promise<void> {
  const hash = await cheap.hash(PASSWORD);
  await store.db.insertInto('passwords').values({ person_id: personId, hash, changed_ms: 0 }).execute();
}

const from = (ip: string) => ({ 'x-forwarded-for': ip });
const body = (password = 'not the password', email = INES) => ({ email, password });

describeOnStores('guessing at passwords of a running console', (open, kind) => {
  test('is slowed down for one person, from however many networks it comes, and keeps nobody else out', async (t) => {
    const { store, person, anonymous, clock } = await startWholeConsole(t, await open(t), {
      trustedProxies: ['127.0.0.1'],
    });
    await givePassword(store, (await person('ines', 'SUPER_ADMINISTRATOR')).id);
    await givePassword(store, (await person('omar')).id);
    const guess = (n: number) => anonymous().post('/api/v1/session', body(), from(`198.51.100.${n}`));
    for (let n = 0; n < 5; n += 1) assert.equal((await guess(n)).status, 401);
    for (let n = 5; n < 10; n += 1) {
      const { status, headers } = await guess(n);
      assert.deepEqual([status, Number(headers.get('retry-after')) > 0], [429, true]);
    }
    const right = body(PASSWORD, 'omar@marlowe.example');
    assert.equal((await anonymous().post('/api/v1/session', right, from('203.0.113.7'))).status, 200);
    clock.forward(2_000);
    assert.equal((await guess(10)).status, 401);
    assert.equal((await guess(11)).headers.get('retry-after'), '4');
  });

  test('is slowed down for one network, however many addresses it says it comes from', async (t) => {
    const { store, anonymous } = await startWholeConsole(t, await open(t));
    const key = 'network 127.0.0.1';
    await store.db
      .insertInto('throttles')
      .values({ key, failures: 21, until_ms: Date.now() + 60_000 })
      .execute();
    const { status } = await anonymous().post('/api/v1/session', body(), from('203.0.113.8'));
    assert.equal(status, 429);
  });

  const skip = kind.dialect === 'postgres' ? false : 'several servers need PostgreSQL';
  test('is counted together by several servers, which all know the browser of the person', { skip }, async (t) => {
    const place = await kind.freshPlace(t);
    const server = async () => {
      const store = await openStore({ ...place, clock: { now: () => Date.now(), sleep: async () => {} } });
      t.after(() => store.close());
      return await startWholeConsole(t, store, { keyText });
    };
    const [one, other] = [await server(), await server()];
    const ines = await one.person('ines', 'SUPER_ADMINISTRATOR');
    await givePassword(one.store, ines.id);
    const laptop = one.anonymous();
    assert.equal((await laptop.post('/api/v1/session', body(PASSWORD))).status, 200);
    await one.store.db
      .updateTable('passwords')
      .set({ hash: await cheap.hash(PASSWORD) })
      .execute();
    const guesses = Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? one : other));
    const answers = await Promise.all(guesses.map((each) => each.anonymous().post('/api/v1/session', body())));
    assert.equal(answers.filter(({ status }) => status === 401).length, 5);
    assert.equal(answers.filter(({ status }) => status === 429).length, 5);
    const elsewhere = new Browser(other.url);
    for (const [name, value] of laptop.cookies) elsewhere.cookies.set(name, value);
    elsewhere.cookies.delete('__Host-console');
    assert.equal((await elsewhere.post('/api/v1/session', body(PASSWORD))).status, 200);
  });
});
