import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { describeOnStores, tempFolder } from '../testing/with-stores.ts';
import { KEY_FILE, keysFromText } from './key-ring.ts';
import { rotateKey } from './rotate-key.ts';
import { openKeyRing, outboxPlace, secretBox } from './secret-box.ts';
import { deleteSecrets, readSecret, readSecrets, saveSecret } from './secrets.ts';

const clock = { now: () => 1, sleep: async () => {} };
const newKey = (): string => randomBytes(32).toString('base64');
const boxOf = (keyText: string) => secretBox(keysFromText(keyText));

test('what was sealed opens at its place', () => {
  const box = boxOf(newKey());
  for (const text of ['SG.key', '', 'é😀'.repeat(1_000)]) assert.equal(box.open(box.seal(text, 'a'), 'a'), text);
});

test('the same text is sealed differently each time and does not show', () => {
  const box = boxOf(newKey());
  const sealed = [box.seal('SG.key', 'a'), box.seal('SG.key', 'a')];
  assert.notEqual(sealed[0], sealed[1]);
  assert.ok(!Buffer.from(sealed[0]?.split('.')[2] ?? '', 'base64url').includes('SG.key'));
});

test('any changed character, another place and a cut-off text are refused', () => {
  const box = boxOf(newKey());
  const sealed = box.seal('SG.key', 'secret/a/b');
  const damaged = { name: 'BatonError', code: 15, message: /secret secret\/a\/b is damaged/ };
  const [format, id, body = ''] = sealed.split('.');
  for (let at = 0; at < body.length - 1; at += 1) {
    const other = body[at] === 'A' ? 'B' : 'A';
    const changed = `${format}.${id}.${body.slice(0, at)}${other}${body.slice(at + 1)}`;
    assert.throws(() => box.open(changed, 'secret/a/b'), damaged);
  }
  assert.throws(() => box.open(sealed, 'secret/a/c'), { code: 15 });
  for (const text of ['', 'v1', `v2.${id}.${body}`, `${format}.${id}.`, `${format}.${id}.${body.slice(0, 20)}`]) {
    assert.throws(() => box.open(text, 'secret/a/b'), damaged);
  }
});

test('a key that is not there is named by its id, and no secret is shown', () => {
  const sealed = boxOf(newKey()).seal('SG.key', 'a');
  assert.throws(
    () => boxOf(newKey()).open(sealed, 'a'),
    (error: Error) => {
      assert.match(error.message, new RegExp(sealed.split('.')[1] ?? ''));
      assert.doesNotMatch(error.message, /SG\.key/);
      return true;
    },
  );
});

test('with several keys the newest seals and all open', () => {
  const [old, fresh] = [newKey(), newKey()];
  const both = boxOf(`${fresh},${old}`);
  assert.equal(both.open(boxOf(old).seal('x', 'a'), 'a'), 'x');
  assert.equal(boxOf(fresh).open(both.seal('x', 'a'), 'a'), 'x');
});

test('a key of another length is refused without showing it', () => {
  for (const text of ['c2hvcnQ=', newKey().slice(0, 20), `${newKey()},`]) {
    assert.throws(
      () => keysFromText(text),
      (error: Error) => {
        assert.match(error.message, /BATON_CONSOLE_KEY does not hold a key/);
        assert.ok(!error.message.includes('c2hvcnQ'));
        return true;
      },
    );
  }
});

describeOnStores('secrets', (open, kind) => {
  async function world(t: TestContext) {
    const store = await open(t);
    const dataDir = tempFolder(t);
    const ring = await openKeyRing({ store, dataDir });
    return { store, dataDir, path: join(dataDir, KEY_FILE), ring, box: secretBox(ring) };
  }

  const save = (store: Store, box: ReturnType<typeof secretBox>, name: string, value: string) =>
    store.transaction((trx) => saveSecret(trx, box, { owner: 'c1', name, value, savedBy: 'me', nowMs: 1 }));

  test('are saved sealed, in place of the one before, and are deleted by owner', async (t) => {
    const { store, box } = await world(t);
    await save(store, box, 'api_key', 'SG.first');
    await save(store, box, 'api_key', 'SG.second');
    await save(store, box, 'other', 'x');
    assert.equal(await readSecret(store.db, box, 'c1', 'api_key'), 'SG.second');
    assert.equal(await readSecret(store.db, box, 'c2', 'api_key'), undefined);
    assert.deepEqual(await readSecrets(store.db, box, 'c1'), { api_key: 'SG.second', other: 'x' });
    assert.doesNotMatch(JSON.stringify(await store.db.selectFrom('secrets').selectAll().execute()), /SG\./);
    await store.transaction((trx) => deleteSecrets(trx, 'c1'));
    assert.deepEqual(await readSecrets(store.db, box, 'c1'), {});
  });

  test('that were moved to another row in the database do not open', async (t) => {
    const { store, box } = await world(t);
    await save(store, box, 'api_key', 'SG.key');
    await store.db.updateTable('secrets').set({ name: 'shown' }).execute();
    await assert.rejects(readSecret(store.db, box, 'c1', 'shown'), { code: 15 });
  });

  test('have a key that the first start makes, for its owner only', async (t) => {
    const { path, dataDir, store } = await world(t);
    if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
    const text = readFileSync(path, 'utf8');
    await openKeyRing({ store, dataDir });
    assert.equal(readFileSync(path, 'utf8'), text);
    assert.deepEqual(readdirSync(dataDir), [KEY_FILE]);
  });

  test('two first starts at once make one key', async (t) => {
    const store = await open(t);
    const dataDir = tempFolder(t);
    const rings = await Promise.all([openKeyRing({ store, dataDir }), openKeyRing({ store, dataDir })]);
    assert.deepEqual(...(rings.map((ring) => ring.keys().map(({ id }) => id)) as [string[], string[]]));
  });

  test('are refused when others may read the key', { skip: process.platform === 'win32' && 'no modes' }, async (t) => {
    const { store, dataDir, path } = await world(t);
    for (const mode of [0o640, 0o604]) {
      chmodSync(path, mode);
      await assert.rejects(openKeyRing({ store, dataDir }), { code: 9, message: /chmod 600/ });
    }
  });

  test('are not started without their key: none is made in its place', async (t) => {
    const { store, dataDir, path, box } = await world(t);
    await save(store, box, 'api_key', 'SG.key');
    rmSync(path);
    await assert.rejects(openKeyRing({ store, dataDir }), { code: 15, message: /a key that is not here/ });
    await assert.rejects(openKeyRing({ store, dataDir, keyText: newKey() }), { code: 15 });
    assert.deepEqual(readdirSync(dataDir), []);
  });

  test('are all sealed again with a new key, mails too, while a server goes on', async (t) => {
    const { store, dataDir, path, ring, box } = await world(t);
    for (let index = 0; index < 250; index += 1) await save(store, box, `s${index}`, `value ${index}`);
    await store.db
      .insertInto('outbox')
      .values(mail('m1', box.seal('a link', outboxPlace('m1'))))
      .execute();
    const running = secretBox(await openKeyRing({ store, dataDir }));
    running.seal('x', 'y');

    assert.equal(await rotateKey(store, ring), 251);

    const [newest = '', before = ''] = readFileSync(path, 'utf8').split('\n');
    const onlyNewest = boxOf(newest);
    assert.equal(Object.keys(await readSecrets(store.db, onlyNewest, 'c1')).length, 250);
    const { sealed_text } = await store.db.selectFrom('outbox').selectAll().executeTakeFirstOrThrow();
    assert.equal(onlyNewest.open(sealed_text, outboxPlace('m1')), 'a link');
    assert.equal(await readSecret(store.db, running, 'c1', 's7'), 'value 7');
    assert.equal(onlyNewest.open(running.seal('later', 'z'), 'z'), 'later');
    assert.notEqual(before, '');
    if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  test('rotated twice have forgotten the first key', async (t) => {
    const { store, path, ring, box } = await world(t);
    await save(store, box, 'a', 'x');
    const [first = ''] = readFileSync(path, 'utf8').split('\n');
    await rotateKey(store, ring);
    await rotateKey(store, ring);
    assert.ok(!readFileSync(path, 'utf8').includes(first));
    assert.equal(await readSecret(store.db, secretBox(ring), 'c1', 'a'), 'x');
  });

  test('of an interrupted rotation open, and the next one finishes it', async (t) => {
    const { store, dataDir, ring, box } = await world(t);
    await save(store, box, 'a', 'x');
    ring.addKey?.();
    await save(store, box, 'b', 'y');
    const again = await openKeyRing({ store, dataDir });
    assert.deepEqual(await readSecrets(store.db, secretBox(again), 'c1'), { a: 'x', b: 'y' });
    await rotateKey(store, again);
    assert.deepEqual(await readSecrets(store.db, secretBox(again), 'c1'), { a: 'x', b: 'y' });
  });

  test('sealed with the key of the environment are sealed again when a person puts a new one in front', async (t) => {
    const store = await openStore({ ...(await kind.freshPlace(t)), clock });
    t.after(() => store.close());
    const dataDir = tempFolder(t);
    const [old, fresh] = [newKey(), newKey()];
    await save(store, secretBox(await openKeyRing({ store, dataDir, keyText: old })), 'a', 'x');
    const alone = await openKeyRing({ store, dataDir, keyText: old });
    await assert.rejects(rotateKey(store, alone), { code: 9, message: /a comma and the old key/ });
    const ring = await openKeyRing({ store, dataDir, keyText: `${fresh}, ${old}` });
    assert.equal(await rotateKey(store, ring), 1);
    const later = await openKeyRing({ store, dataDir, keyText: fresh });
    assert.equal(await readSecret(store.db, secretBox(later), 'c1', 'a'), 'x');
    assert.deepEqual(readdirSync(dataDir), []);
  });

  test('are not touched by a rotation that meets a damaged one', async (t) => {
    const { store, ring, box } = await world(t);
    await save(store, box, 'a', 'x');
    await store.db
      .insertInto('secrets')
      .values({ owner: 'c1', name: 'b', sealed: 'v1.x.y', saved_ms: 1, saved_by: '' })
      .execute();
    await assert.rejects(rotateKey(store, ring), { code: 15, message: /secret\/c1\/b/ });
    assert.equal(await readSecret(store.db, secretBox(ring), 'c1', 'a'), 'x');
  });
});

test('a key file with something else in it is refused', async (t) => {
  const dataDir = tempFolder(t);
  const store = await openStore({ dataDir, clock });
  t.after(() => store.close());
  writeFileSync(join(dataDir, KEY_FILE), 'not a key\n', { mode: 0o600 });
  await assert.rejects(openKeyRing({ store, dataDir }), { code: 3, message: /console\.key does not hold a key/ });
});

function mail(id: string, sealed_text: string) {
  return {
    id,
    to_address: 'a@example.com',
    subject: '',
    sealed_text,
    shown_text: '',
    state: 'WAITING' as const,
    reason: '',
    attempts: 0,
    next_attempt_ms: 0,
    created_ms: 0,
    sent_ms: null,
  };
}
