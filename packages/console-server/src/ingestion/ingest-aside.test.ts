import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { describeOnStores, tempFolder } from '../testing/with-stores.ts';
import { ingestAside } from './ingest-aside.ts';
import { type Company, Console } from './testing/company.ts';

const company: Company = {
  people: Array.from({ length: 500 }, (_, index) => ({ id: `p${index}`, holds: ['mail.send'] })),
  scopes: [{ name: 'mail.send', risk: 'medium' }],
};

describeOnStores('ingestion in a thread of its own', (open) => {
  test('applies a file, at the time of the clock', async (t) => {
    const store = await open(t);
    const console = new Console(store, tempFolder(t), ingestAside);
    const to = await console.addConnector(await console.addApp());
    const { result, counts } = await console.upload(to, company);
    assert.deepEqual([result, counts?.accounts, counts?.grants], ['APPLIED', 500, 500]);
    const seen = await store.db.selectFrom('accounts').select('first_seen_ms').distinct().execute();
    assert.deepEqual(seen, [{ first_seen_ms: console.nowMs }]);
  });

  test('the thread of the server reads and writes meanwhile, and neither fails', async (t) => {
    const store = await open(t);
    const console = new Console(store, tempFolder(t), ingestAside);
    const to = await console.addConnector(await console.addApp());
    const upload = console.upload(to, company);
    let isDone = false;
    void upload.finally(() => {
      isDone = true;
    });
    let turns = 0;
    while (!isDone) {
      await setImmediate();
      turns += 1;
      await console.addPerson(`person-${turns}@example.com`, 'Somebody');
      const accounts = await store.db.selectFrom('accounts').select('id').execute();
      assert.ok([0, 500].includes(accounts.length), 'half a file was seen');
    }
    assert.equal((await upload).result, 'APPLIED');
    const people = await store.db.selectFrom('people').select('id').execute();
    assert.equal(people.length, turns);
  });

  test('a file that is none is refused in words, and writing goes on', async (t) => {
    const console = new Console(await open(t), tempFolder(t), ingestAside);
    const to = await console.addConnector(await console.addApp());
    const { result, reason } = await console.upload(to, { path: import.meta.filename });
    assert.equal(result, 'FAILED');
    assert.match(reason, /^The uploaded file/);
    await console.addPerson('after@example.com', 'After');
  });

  test('a file that needs more memory than there is changes nothing and says so, and writing goes on', async (t) => {
    const store = await open(t);
    const console = new Console(store, tempFolder(t), (place, upload) => ingestAside(place, upload, 20));
    const to = await console.addConnector(await console.addApp());
    const people = Array.from({ length: 10_000 }, (_, index) => ({ id: `p${index}`, holds: ['mail.send'] }));
    const { result, reason } = await console.upload(to, { ...company, people });
    assert.equal(result, 'FAILED');
    assert.match(
      reason,
      /^The uploaded file holds more than can be taken in with 20 MB of memory\. Give the console more/,
    );
    assert.deepEqual(await store.db.selectFrom('accounts').select('id').execute(), []);
    await console.addPerson('after@example.com', 'After');
  });

  test('a connector that is gone is an error with its code', async (t) => {
    const console = new Console(await open(t), tempFolder(t), ingestAside);
    const appId = await console.addApp();
    await assert.rejects(console.upload({ appId, connectorId: 'gone' }, company), {
      name: 'BatonError',
      message: /^The connector gone is not there any more/,
    });
    await console.addPerson('after@example.com', 'After');
  });

  test('stopped before it may write, it changes nothing and gives the reason of the signal', async (t) => {
    const store = await open(t);
    const console = new Console(store, tempFolder(t), ingestAside);
    const to = await console.addConnector(await console.addApp());
    const stopping = new AbortController();
    const upload = console.upload(to, company, { signal: stopping.signal });
    stopping.abort(new Error('The server stops.'));
    await assert.rejects(upload, /The server stops/);
    assert.deepEqual(await store.db.selectFrom('accounts').select('id').execute(), []);
    await console.addPerson('after@example.com', 'After');
  });
});
