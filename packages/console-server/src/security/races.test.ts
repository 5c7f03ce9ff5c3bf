import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastToken, PASSWORD, startWorld } from '../people/testing/world.ts';
import { describeOnStores } from '../testing/with-stores.ts';

const AT_ONCE = 8;

describeOnStores('a link that works once, opened many times at once', (open) => {
  test('makes one first administrator', async (t) => {
    const world = await startWorld(t, await open(t));
    const token = new URL((await world.services.firstStart.newLink()) ?? '').hash.slice(1);
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) =>
        world.browser().post('/api/v1/setup', {
          token,
          email: `person-${index}@marlowe.example`,
          displayName: `Person ${index}`,
          password: PASSWORD,
        }),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    const people = await world.store.db.selectFrom('people').selectAll().execute();
    assert.equal(people.length, 1);
  });

  test('lets one in who was invited', async (t) => {
    const world = await startWorld(t, await open(t));
    const admin = await world.firstPerson();
    const body = { email: 'omar@marlowe.example', displayName: 'Omar', roles: [], invite: true };
    assert.equal((await admin.post('/api/v1/users', body)).status, 200);
    const token = lastToken(world.mails);
    const browsers = Array.from({ length: AT_ONCE }, () => world.browser());
    const answers = await Promise.all(
      browsers.map((browser, index) =>
        browser.post('/api/v1/invitations/accept', { token, password: `${PASSWORD} ${index}` }),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    const winner = answers.findIndex(({ status }) => status === 200);
    assert.equal((await world.browser().signIn('omar@marlowe.example', `${PASSWORD} ${winner}`)).status, 200);
  });
});
