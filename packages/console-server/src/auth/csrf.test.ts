import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWorld } from '../people/testing/world.ts';
import { describeOnStores } from '../testing/with-stores.ts';

describeOnStores('a change', (open) => {
  const start = async (t: Parameters<typeof open>[0]) => {
    const world = await startWorld(t, await open(t));
    const ines = await world.firstPerson();
    const send = (headers: Readonly<Record<string, string>>) =>
      ines.call('POST', '/api/v1/users', { email: 'omar@marlowe.example', displayName: 'Omar' }, headers);
    return { ...world, ines, send };
  };

  test('is made with the cookie, the token of the session and the right origin', async (t) => {
    const { send } = await start(t);
    assert.equal((await send({})).status, 200);
  });

  const wrong: readonly [what: string, headers: Readonly<Record<string, string>>][] = [
    ['without the token', { 'x-csrf-token': '' }],
    ['with a made-up token', { 'x-csrf-token': 'A'.repeat(43) }],
    ['from another site', { origin: 'https://evil.example' }],
    ['from the same host on another port', { origin: 'https://console.example.com:8443' }],
    ['from the same host without encryption', { origin: 'http://console.example.com' }],
    ['from a page without an origin', { origin: 'null' }],
  ];
  for (const [what, headers] of wrong) {
    test(`is refused ${what}`, async (t) => {
      const { send, store } = await start(t);
      assert.equal((await send(headers)).status, 403);
      assert.equal((await store.db.selectFrom('people').selectAll().execute()).length, 1);
    });
  }

  test('is refused with the token of another session of the same person', async (t) => {
    const { send, browser } = await start(t);
    const other = browser();
    await other.signIn('ines@marlowe.example');
    assert.equal((await send({ 'x-csrf-token': other.csrfToken })).status, 403);
  });

  test('another site cannot sign a browser in as somebody of its choice', async (t) => {
    const { browser } = await start(t);
    const victim = browser();
    const answer = await victim.post(
      '/api/v1/session',
      { email: 'ines@marlowe.example', password: 'four brown horses run' },
      { origin: 'https://evil.example' },
    );
    assert.equal(answer.status, 403);
    assert.equal(victim.cookies.size, 0);
  });
});
