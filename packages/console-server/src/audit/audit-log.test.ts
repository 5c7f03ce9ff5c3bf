import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kysely } from 'kysely';
import { type RequestContext, systemActor } from '../domain/actor.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import { createAuditLog } from './append.ts';
import type { AuditEntry } from './audit-log.ts';
import { verifyChain } from './verify.ts';

const NOW_MS = Date.UTC(2026, 10, 24, 10, 41, 7);
const clock = { now: () => NOW_MS, sleep: async () => {} };
const context: RequestContext = {
  actor: systemActor,
  requestId: 'req_1',
  ip: '192.0.2.44',
  signal: new AbortController().signal,
};

async function write(store: Store, count: number, entry: Partial<AuditEntry> = {}): Promise<void> {
  const log = createAuditLog({ store, clock });
  for (let number = 1; number <= count; number += 1) {
    await store.transaction((trx) =>
      log.append(trx, context, { action: 'thing.changed', after: { number }, ...entry }),
    );
  }
}

const inLog = (db: Kysely<Tables>, seq: number) => db.updateTable('audit_log').where('seq', '=', seq);

describeOnStores('the system log', (open) => {
  test('is whole after it was written', async (t) => {
    const store = await open(t);
    await write(store, 5);
    const { whole, records, brokenAt, reason } = await verifyChain(store.db);
    assert.deepEqual({ whole, records, brokenAt, reason }, { whole: true, records: 5, brokenAt: null, reason: '' });
  });

  test('is whole while it is empty', async (t) => {
    const store = await open(t);
    assert.equal((await verifyChain(store.db)).whole, true);
  });

  test('names a record whose content was changed, and what still holds', async (t) => {
    const store = await open(t);
    await write(store, 5);
    await inLog(store.db, 3).set({ actor_name: 'Somebody else' }).execute();
    const { whole, records, brokenAt, reason } = await verifyChain(store.db);
    assert.deepEqual({ whole, records, brokenAt }, { whole: false, records: 2, brokenAt: 3 });
    assert.match(reason, /changed after it was written\. The 2 records before it verify/);
  });

  test('names a record that was removed', async (t) => {
    const store = await open(t);
    await write(store, 5);
    await store.db.deleteFrom('audit_log').where('seq', '=', 2).execute();
    const { brokenAt, reason } = await verifyChain(store.db);
    assert.equal(brokenAt, 2);
    assert.match(reason, /It is missing: record 1 is followed by 3/);
  });

  test('names the first of two records that were exchanged', async (t) => {
    const store = await open(t);
    await write(store, 5);
    await inLog(store.db, 3).set({ seq: 30 }).execute();
    await inLog(store.db, 4).set({ seq: 3 }).execute();
    await inLog(store.db, 30).set({ seq: 4 }).execute();
    assert.equal((await verifyChain(store.db)).brokenAt, 3);
  });

  test('names a record that was put in front', async (t) => {
    const store = await open(t);
    await write(store, 2);
    const [first] = await store.db.selectFrom('audit_log').selectAll().where('seq', '=', 1).execute();
    assert.ok(first);
    await store.db
      .insertInto('audit_log')
      .values({ ...first, seq: 0 })
      .execute();
    assert.equal((await verifyChain(store.db)).whole, false);
  });

  test('notices a removed end by what was noted of it', async (t) => {
    const store = await open(t);
    await write(store, 5);
    const { headHash } = await verifyChain(store.db);
    await store.db.deleteFrom('audit_log').where('seq', '>', 3).execute();
    const anchor = { at: '2026-11-24T10:45:00.000Z', seq: 5, hash: headHash };
    const { whole, brokenAt, reason } = await verifyChain(store.db, [anchor]);
    assert.deepEqual({ whole, brokenAt }, { whole: false, brokenAt: 4 });
    assert.match(reason, /had 5 records, and now it ends with 3/);
  });

  test('notices a chain that was written anew by what was noted of the old one', async (t) => {
    const store = await open(t);
    await write(store, 3);
    const { headHash } = await verifyChain(store.db);
    await store.db.deleteFrom('audit_log').execute();
    await write(store, 4, { after: { number: 'another' } });
    assert.equal((await verifyChain(store.db)).whole, true);
    const { brokenAt } = await verifyChain(store.db, [{ at: '2026-11-24T10:45:00.000Z', seq: 3, hash: headHash }]);
    assert.equal(brokenAt, 3);
  });

  test('has no record of a change that was undone', async (t) => {
    const store = await open(t);
    const log = createAuditLog({ store, clock });
    await assert.rejects(
      store.transaction(async (trx) => {
        await log.append(trx, context, { action: 'thing.changed' });
        throw new Error('undone');
      }),
    );
    assert.equal((await verifyChain(store.db)).records, 0);
  });

  test('keeps one order for many writers at once', async (t) => {
    const store = await open(t);
    await Promise.all(Array.from({ length: 8 }, () => write(store, 5)));
    const { whole, records } = await verifyChain(store.db);
    assert.deepEqual({ whole, records }, { whole: true, records: 40 });
  });

  test('takes names that hold anything', async (t) => {
    const store = await open(t);
    const displayName = 'a\0b \ud800 "quoted" \u202e';
    await write(store, 1, { target: { kind: 'account', id: 'x', displayName }, after: { displayName } });
    assert.equal((await verifyChain(store.db)).whole, true);
    const [row] = await store.db.selectFrom('audit_log').select('target_name').execute();
    assert.equal(row?.target_name, 'ab \ufffd "quoted" \u202e');
  });

  test('cuts a text that is too long, and says so', async (t) => {
    const store = await open(t);
    await write(store, 1, { after: { description: 'x'.repeat(20_000) } });
    const [row] = await store.db.selectFrom('audit_log').select('after').execute();
    assert.ok((row?.after.length ?? 0) < 11_000);
    assert.match(row?.after ?? '', /… \(20000 characters\)/);
  });

  test('never goes back in time', async (t) => {
    const store = await open(t);
    await write(store, 1);
    const late = createAuditLog({ store, clock: { ...clock, now: () => NOW_MS - 60_000 } });
    await store.transaction((trx) => late.append(trx, context, { action: 'thing.changed' }));
    const times = await store.db.selectFrom('audit_log').select('at_ms').orderBy('seq').execute();
    assert.deepEqual(times, [{ at_ms: NOW_MS }, { at_ms: NOW_MS }]);
  });
});
