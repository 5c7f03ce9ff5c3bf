import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MovableClock } from '../connectors/testing/stage.ts';
import { type RequestContext, systemActor } from '../domain/actor.ts';
import { silentLogger } from '../logger.ts';
import type { OutgoingMail } from '../mail/mailer.ts';
import { insertPerson } from '../people/person.ts';
import type { Store } from '../store/store.ts';
import { describeOnStores, tempFolder } from '../testing/with-stores.ts';
import { createAuditLog } from './append.ts';
import { checkDaily } from './daily-check.ts';

const DAY_MS = 24 * 60 * 60_000;
const { signal } = new AbortController();
const context: RequestContext = { actor: systemActor, requestId: 'req_1', ip: '', signal };

async function start(t: TestContext, store: Store) {
  const clock = new MovableClock();
  const log = createAuditLog({ store, clock });
  const mails: OutgoingMail[] = [];
  await store.transaction(async (trx) => {
    for (const [name, role] of [
      ['ines', 'SUPER_ADMINISTRATOR'],
      ['omar', 'BASIC_USER'],
    ] as const) {
      const email = `${name}@marlowe.example`;
      await insertPerson(trx, clock.now(), { email, displayName: name, origin: 'LOCAL', roles: [role] });
    }
    for (let number = 1; number <= 3; number += 1) {
      await log.append(trx, context, { action: 'thing.changed', after: { number } });
    }
  });
  const check = () =>
    checkDaily(
      {
        store,
        clock,
        logger: silentLogger,
        mailer: { send: async (_trx, mail) => void mails.push(mail) },
        dataDir: tempFolder(t),
        instanceName: async () => 'Marlowe Goods',
        holder: 'test',
      },
      signal,
    );
  return { clock, mails, check };
}

describeOnStores('the daily check of the system log', (open) => {
  test('is made once a day and says nothing while the log is whole', async (t) => {
    const { clock, mails, check } = await start(t, await open(t));
    assert.deepEqual([await check(), await check()], [true, false]);
    clock.forward(DAY_MS);
    assert.equal(await check(), true);
    assert.deepEqual(mails, []);
  });

  test('tells every Super Administrator, and nobody else, which record is broken', async (t) => {
    const store = await open(t);
    const { mails, check } = await start(t, store);
    await store.db.updateTable('audit_log').set({ actor_name: 'Somebody else' }).where('seq', '=', 2).execute();
    await check();
    assert.deepEqual(
      mails.map(({ to, subject }) => [to, subject]),
      [['ines@marlowe.example', 'The system log of Marlowe Goods is not whole']],
    );
    assert.match(mails[0]?.text ?? '', /record 2 of the system log/);
  });

  test('is made by one of two processes at the same moment', async (t) => {
    const { check } = await start(t, await open(t));
    assert.deepEqual((await Promise.all([check(), check()])).sort(), [false, true]);
  });
});
