import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { mailSetting } from '../mail/smtp.ts';
import { writeSetting } from '../settings/settings.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import { lastToken, PASSWORD, PUBLIC_URL, startWorld } from './testing/world.ts';

const DAY_MS = 24 * 60 * 60_000;
const OMAR = 'omar.haddad@marlowe.example';

describeOnStores('an invitation', (open) => {
  const start = async (t: TestContext) => {
    const world = await startWorld(t, await open(t));
    const ines = await world.firstPerson();
    const made = await ines.post('/api/v1/users', { email: OMAR, displayName: 'Omar Haddad', invite: true });
    const id = made.textAt('user', 'id');
    const token = lastToken(world.mails);
    const accept = (given = token, password = PASSWORD, browser = world.browser()) =>
      browser.post('/api/v1/invitations/accept', { token: given, password });
    const isGood = async (given = token) =>
      (await world.browser().post('/api/v1/invitations/check', { token: given })).at('valid');
    return { ...world, ines, made, id, token, accept, isGood };
  };

  test('goes to the address with a link that is marked as secret, and is shown to nobody else', async (t) => {
    const { mails, made, token, clock, ines, store } = await start(t);
    const [mail] = mails;
    assert.deepEqual([mail?.to, mail?.subject], [OMAR, 'Your access to Marlowe Goods']);
    const link = `${PUBLIC_URL.origin}/invitation#${token}`;
    assert.ok(mail?.text.includes(link));
    assert.deepEqual(mail?.secrets, [link]);
    assert.equal(made.at('user', 'invitedUntil'), new Date(clock.now() + 7 * DAY_MS).toISOString());
    const everything = JSON.stringify([
      made.text,
      (await ines.post('/api/v1/search/users')).text,
      await store.db.selectFrom('one_time_links').selectAll().execute(),
      await store.db.selectFrom('audit_log').selectAll().execute(),
    ]);
    assert.equal(everything.includes(token), false);
  });

  test('is handed over as a link where there is no mail server, and the one before ends', async (t) => {
    const { id, ines, isGood, accept, store, browser } = await start(t);
    const { status, textAt } = await ines.post(`/api/v1/users/${id}/invitation_link`);
    assert.equal(status, 200);
    const token = new URL(textAt('link')).hash.slice(1);
    assert.equal(await isGood(), false);
    assert.equal((await accept(token)).status, 200);
    assert.equal((await browser().signIn(OMAR)).status, 200);
    const kept = JSON.stringify(await store.db.selectFrom('audit_log').selectAll().execute());
    assert.equal(kept.includes(token), false);
  });

  test('is not handed over where a mail server would bring it', async (t) => {
    const { id, ines, store, isGood } = await start(t);
    const smtp = {
      host: 'mail.example',
      port: 587,
      security: 'STARTTLS',
      username: '',
      from: 'a@marlowe.example',
    } as const;
    await store.transaction((trx) => writeSetting(trx, mailSetting, smtp, Date.now()));
    assert.equal((await ines.post(`/api/v1/users/${id}/invitation_link`)).status, 412);
    assert.equal(await isGood(), true);
  });

  test('says for whom it is, sets the password and signs in', async (t) => {
    const { browser, token, accept, log } = await start(t);
    const { at } = await browser().post('/api/v1/invitations/check', { token });
    assert.deepEqual([at('valid'), at('email'), at('displayName')], [true, OMAR, 'Omar Haddad']);
    const omar = browser();
    assert.equal((await accept(token, PASSWORD, omar)).status, 200);
    const session = await omar.get('/api/v1/session');
    assert.deepEqual([session.at('user', 'email'), session.at('user', 'invitedUntil')], [OMAR, null]);
    assert.equal((await browser().signIn(OMAR)).status, 200);
    assert.ok((await log()).includes('Omar Haddad: session.opened Omar Haddad'));
  });

  test('works once', async (t) => {
    const { accept, isGood } = await start(t);
    assert.equal((await accept()).status, 200);
    assert.equal(await isGood(), false);
    assert.equal((await accept()).status, 412);
  });

  test('works once also when two accept it at the same moment', async (t) => {
    const { accept } = await start(t);
    const answers = await Promise.all([accept(), accept()]);
    assert.deepEqual(
      answers.map(({ status }) => status).sort((one, other) => one - other),
      [200, 412],
    );
  });

  test('ends after seven days', async (t) => {
    const { accept, isGood, clock } = await start(t);
    clock.advance(7 * DAY_MS - 1);
    assert.equal(await isGood(), true);
    clock.advance(1);
    assert.equal(await isGood(), false);
    assert.equal((await accept()).status, 412);
  });

  test('ends when a new one is sent', async (t) => {
    const { ines, id, isGood, mails } = await start(t);
    await ines.post(`/api/v1/users/${id}/invite`);
    assert.equal(await isGood(), false);
    assert.equal(await isGood(lastToken(mails)), true);
  });

  test('ends when the person is disabled, and stays so when they are enabled again', async (t) => {
    const { ines, id, isGood, accept } = await start(t);
    await ines.post(`/api/v1/users/${id}/disable`);
    assert.equal(await isGood(), false);
    assert.equal((await ines.post(`/api/v1/users/${id}/invite`)).status, 412);
    await ines.post(`/api/v1/users/${id}/enable`);
    assert.equal((await accept()).status, 412);
  });

  test('of a person is no link for the first start, and the other way round', async (t) => {
    const { browser, token, accept } = await start(t);
    assert.equal((await browser().post('/api/v1/setup/check', { token })).at('valid'), false);
    assert.equal((await accept('A'.repeat(43))).status, 412);
  });

  test('stays good when the chosen password is refused', async (t) => {
    const { accept, token } = await start(t);
    assert.equal((await accept(token, 'omar.haddad@marlowe.example')).status, 400);
    assert.equal((await accept()).status, 200);
  });

  test('lets somebody in again who has lost the password, and ends what the old one had opened', async (t) => {
    const { ines, id, accept, browser, token, mails } = await start(t);
    const before = browser();
    await accept(token, PASSWORD, before);
    await ines.post(`/api/v1/users/${id}/invite`);
    assert.equal((await accept(lastToken(mails), 'seven green bottles hang')).status, 200);
    assert.equal((await before.get('/api/v1/session')).status, 401);
    assert.equal((await browser().signIn(OMAR)).status, 401);
    assert.equal((await browser().signIn(OMAR, 'seven green bottles hang')).status, 200);
  });
});
