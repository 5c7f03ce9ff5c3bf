import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { silentLogger } from '../logger.ts';
import { keysFromText } from '../settings/key-ring.ts';
import { secretBox } from '../settings/secret-box.ts';
import { saveSecret } from '../settings/secrets.ts';
import { writeSetting } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { type SmtpServer, startSmtpServer } from '../testing/smtp-server.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import { deliverDue, MAX_ATTEMPTS } from './mail-worker.ts';
import type { OutgoingMail } from './mailer.ts';
import { createMailer } from './outbox.ts';
import { mailPassword, mailSetting, type SmtpSettings } from './smtp.ts';

const box = secretBox(keysFromText(Buffer.alloc(32, 7).toString('base64')));
const LINK = 'https://console.example.com/invitation#the-one-time-token';
const invitation: OutgoingMail = {
  to: 'noah@marlowe.example',
  subject: 'Come in',
  text: `Open this link:\n${LINK}\n`,
  secrets: [LINK],
};

async function aborted(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

function machine(store: Store) {
  let nowMs = Date.UTC(2026, 10, 24);
  const clock = { now: () => nowMs, sleep: (_ms: number, signal: AbortSignal) => aborted(signal) };
  const mailer = createMailer({ clock, box });
  const parts = { store, clock, box, logger: silentLogger, holder: 'test' };
  return {
    pass: (ms: number) => {
      nowMs += ms;
    },
    send: (mail: Partial<OutgoingMail> = {}) =>
      store.transaction((trx) => mailer.send(trx, { ...invitation, ...mail })),
    turn: () => deliverDue(parts, new AbortController().signal),
    setUp: ({ port }: Pick<SmtpServer, 'port'>, changes: Partial<SmtpSettings> = {}) =>
      store.transaction(async (trx) => {
        const smtp: SmtpSettings = {
          host: '127.0.0.1',
          port,
          security: 'NONE',
          username: '',
          from: 'Console <console@marlowe.example>',
          ...changes,
        };
        await writeSetting(trx, mailSetting, smtp, nowMs);
        await saveSecret(trx, box, { ...mailPassword, value: 'the-password', savedBy: 'test', nowMs });
      }),
    mail: () => store.db.selectFrom('outbox').selectAll().executeTakeFirstOrThrow(),
  };
}

describeOnStores('mail', (open) => {
  async function start(t: TestContext) {
    const server = await startSmtpServer(t);
    return { server, ...machine(await open(t)) };
  }

  test('is delivered as it was written', async (t) => {
    const { server, setUp, send, turn, mail } = await start(t);
    await setUp(server);
    await send();
    await turn();
    const [received] = server.mails;
    assert.deepEqual([received?.from, received?.to], ['console@marlowe.example', 'noah@marlowe.example']);
    assert.match(received?.data ?? '', /Subject: Come in/);
    assert.match(received?.data ?? '', /#the-one-time-token/);
    assert.equal((await mail()).state, 'SENT');
  });

  test('is delivered once', async (t) => {
    const { server, setUp, send, turn } = await start(t);
    await setUp(server);
    await send();
    await Promise.all([turn(), turn()]);
    await turn();
    assert.equal(server.mails.length, 1);
  });

  test('is not shown with its link', async (t) => {
    const { send, mail } = await start(t);
    await send();
    const { shown_text } = await mail();
    assert.equal(shown_text, 'Open this link:\n••••••\n');
  });

  test('is kept sealed until it is sent, and then without its link', async (t) => {
    const { server, setUp, send, turn, mail } = await start(t);
    await setUp(server);
    await send();
    const before = await mail();
    assert.doesNotMatch(JSON.stringify(before), /one-time-token/);
    assert.match(box.open(before.sealed_text, `outbox/${before.id}`), /one-time-token/);
    await turn();
    assert.doesNotMatch(box.open((await mail()).sealed_text, `outbox/${before.id}`), /one-time-token/);
  });

  test('stays in the outbox while no server is set up', async (t) => {
    const { send, turn, mail } = await start(t);
    await send();
    await turn();
    const { state, reason } = await mail();
    assert.equal(state, 'NOT_SENT');
    assert.match(reason, /No mail server is set up/);
  });

  test('signs in to the server', async (t) => {
    const { server, setUp, send, turn } = await start(t);
    await setUp(server, { username: 'console' });
    await send();
    await turn();
    assert.deepEqual(server.logins, ['\0console\0the-password']);
  });

  test('waits longer after each failure, and goes when the server takes it', async (t) => {
    const { server, setUp, send, turn, pass, mail } = await start(t);
    await setUp(server);
    await send();
    server.answers.set('RCPT', '451 come back later');
    await turn();
    assert.equal((await mail()).state, 'WAITING');
    pass(29_000);
    assert.equal(await turn(), 0);
    pass(1_000);
    assert.equal(await turn(), 1);
    pass(59_000);
    assert.equal(await turn(), 0);
    server.answers.clear();
    pass(1_000);
    await turn();
    assert.equal((await mail()).state, 'SENT');
  });

  test('is given up when the server refuses it for good', async (t) => {
    const { server, setUp, send, turn, mail } = await start(t);
    await setUp(server);
    await send();
    server.answers.set('RCPT', '550 5.1.1 no such user');
    await turn();
    const { state, reason } = await mail();
    assert.equal(state, 'FAILED');
    assert.match(reason, /does not take mail from this sender to this address\. It said 550\./);
  });

  test('is given up after many tries', async (t) => {
    const { server, setUp, send, turn, pass, mail } = await start(t);
    await setUp(server);
    await send();
    server.answers.set('MAIL', '451 come back later');
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      assert.equal((await mail()).state, 'WAITING');
      await turn();
      pass(3_600_000);
    }
    assert.equal((await mail()).state, 'FAILED');
  });

  test('says when the server cannot be reached', async (t) => {
    const { setUp, send, turn, mail } = await start(t);
    await setUp({ port: 1 });
    await send();
    await turn();
    assert.match((await mail()).reason, /127\.0\.0\.1:1 cannot be reached/);
  });

  test('says when the password is wrong', async (t) => {
    const { server, setUp, send, turn, mail } = await start(t);
    await setUp(server, { username: 'console' });
    await send();
    server.answers.set('AUTH', '535 no');
    await turn();
    assert.match((await mail()).reason, /refused the username or the password/);
  });

  test('never goes without encryption when it is asked for', async (t) => {
    const { server, setUp, send, turn, mail } = await start(t);
    await setUp(server, { security: 'STARTTLS' });
    await send();
    await turn();
    assert.deepEqual(server.mails, []);
    assert.match((await mail()).reason, /agreed on no encryption/);
  });

  test('has no headers but its own, whatever the subject holds', async (t) => {
    const { server, setUp, send, turn } = await start(t);
    await setUp(server);
    await send({ subject: 'Hello\r\nBcc: evil@example.com\r\n\r\nbody' });
    await turn();
    assert.doesNotMatch(server.mails[0]?.data ?? '', /^Bcc:/m);
  });

  test('that cannot be opened does not hold up the others', async (t) => {
    const store = await open(t);
    const server = await startSmtpServer(t);
    const { setUp, send, turn } = machine(store);
    await setUp(server);
    await send();
    await store.db.updateTable('outbox').set({ sealed_text: 'v1.x.y' }).execute();
    await send({ to: 'other@marlowe.example' });
    await turn();
    assert.deepEqual(
      server.mails.map(({ to }) => to),
      ['other@marlowe.example'],
    );
  });
});
