import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Role, role } from '@baton-ts/console-api';
import { describeOnStores } from '../testing/with-stores.ts';
import { type Answer, type Browser, lastToken, startWorld } from './testing/world.ts';

const OMAR = 'omar.haddad@marlowe.example';

describeOnStores('the directory', (open) => {
  const start = async (t: TestContext) => {
    const world = await startWorld(t, await open(t));
    const ines = await world.firstPerson();
    const add = async (email: string, more: object = {}): Promise<Answer> => {
      const answer = await ines.post('/api/v1/users', { email, displayName: 'Omar Haddad', ...more });
      assert.equal(answer.status, 200, answer.text);
      return answer;
    };
    const idOf = async (browser: Browser) => (await browser.get('/api/v1/session')).textAt('user', 'id');
    const emails = (answer: Answer): unknown[] => {
      const list = answer.at('list');
      return Array.isArray(list) ? list.map((_, n) => answer.at('list', n, 'email')) : [];
    };
    return { ...world, ines, add, idOf, emails };
  };

  test('takes a person by hand, with the manager by address', async (t) => {
    const { ines, add, log } = await start(t);
    const made = await add(' Omar.Haddad@Marlowe.example'.trim(), {
      jobTitle: 'Marketing lead',
      department: 'Marketing',
      managerEmail: 'INES@marlowe.example',
    });
    const { at } = await ines.get(`/api/v1/users/${made.textAt('user', 'id')}`);
    assert.equal(at('user', 'email'), OMAR);
    assert.equal(at('user', 'manager', 'displayName'), 'Ines Castellanos');
    assert.deepEqual(
      [at('user', 'origin'), at('user', 'roles'), at('user', 'invitedUntil')],
      ['LOCAL', ['BASIC_USER'], null],
    );
    assert.equal((await log()).at(-1), 'Ines Castellanos: person.created Omar Haddad');
  });

  test('has an address once, in whatever case', async (t) => {
    const { ines, add } = await start(t);
    await add(OMAR);
    const again = await ines.post('/api/v1/users', { email: OMAR.toUpperCase(), displayName: 'Another' });
    assert.equal(again.status, 409);
    assert.match(again.textAt('message'), /omar\.haddad@marlowe\.example is in the directory already: Omar Haddad/);
  });

  test('changes what is named and leaves the rest; says before and after in the log', async (t) => {
    const { ines, add, store } = await start(t);
    const id = (await add(OMAR, { jobTitle: 'Lead', department: 'Marketing' })).textAt('user', 'id');
    const changed = await ines.post(`/api/v1/users/${id}`, { jobTitle: 'Head' });
    assert.deepEqual(
      [changed.at('user', 'jobTitle'), changed.at('user', 'department'), changed.at('user', 'displayName')],
      ['Head', 'Marketing', 'Omar Haddad'],
    );
    const [last] = await store.db.selectFrom('audit_log').selectAll().orderBy('seq', 'desc').limit(1).execute();
    assert.deepEqual(
      [last?.action, last?.before, last?.after],
      ['person.changed', '{"jobTitle":"Lead"}', '{"jobTitle":"Head"}'],
    );
    await ines.post(`/api/v1/users/${id}`, { jobTitle: 'Head' });
    const [still] = await store.db.selectFrom('audit_log').selectAll().orderBy('seq', 'desc').limit(1).execute();
    assert.equal(still?.seq, last?.seq);
  });

  test('refuses somebody as their own manager, and an id that nobody has', async (t) => {
    const { ines, add } = await start(t);
    const id = (await add(OMAR)).textAt('user', 'id');
    assert.equal((await ines.post(`/api/v1/users/${id}`, { managerEmail: OMAR })).status, 400);
    assert.equal((await ines.get('/api/v1/users/2abcdefghijklmnopqrstuvwxyz')).status, 404);
  });

  test('finds who reports to somebody, and goes on doing so when the manager gets another address', async (t) => {
    const { ines, add, emails, store } = await start(t);
    const manager = (await add('mei.chen@marlowe.example')).textAt('user', 'id');
    await add(OMAR, { managerEmail: 'mei.chen@marlowe.example' });
    const reports = async () => emails(await ines.post('/api/v1/search/users', { managerIds: [manager] }));
    assert.deepEqual(await reports(), [OMAR]);
    const moved = await ines.post(`/api/v1/users/${manager}`, { email: 'Mei.Lin@marlowe.example' });
    assert.equal(moved.at('user', 'email'), 'mei.lin@marlowe.example');
    assert.deepEqual(await reports(), [OMAR]);
    const [last] = await store.db.selectFrom('audit_log').selectAll().orderBy('seq', 'desc').limit(1).execute();
    assert.deepEqual(
      [last?.before, last?.after],
      ['{"email":"mei.chen@marlowe.example"}', '{"email":"mei.lin@marlowe.example"}'],
    );
    assert.deepEqual(emails(await ines.post('/api/v1/search/users', { query: 'mei.lin' })), [
      'mei.lin@marlowe.example',
    ]);
  });

  test('gives nobody an address that another has, and ends the invitation that went to the one before', async (t) => {
    const { ines, add, mails, browser } = await start(t);
    await add('zoe@marlowe.example');
    const id = (await add(OMAR, { invite: true })).textAt('user', 'id');
    const token = lastToken(mails);
    assert.equal((await ines.post(`/api/v1/users/${id}`, { email: 'ZOE@marlowe.example' })).status, 409);
    assert.equal((await browser().post('/api/v1/invitations/check', { token })).at('valid'), true);
    const moved = await ines.post(`/api/v1/users/${id}`, { email: 'omar@marlowe.example' });
    assert.equal(moved.at('user', 'invitedUntil'), null);
    assert.equal((await browser().post('/api/v1/invitations/check', { token })).at('valid'), false);
  });

  test('is searched by name, address, title and department, whatever the case', async (t) => {
    const { ines, add, emails } = await start(t);
    await add(OMAR, { jobTitle: 'Marketing lead', department: 'Growth' });
    await add('zoe@marlowe.example', { displayName: 'Zoë Ōta' });
    for (const query of ['haddad', 'OMAR', 'marketing', 'growth lead', 'omar.haddad@']) {
      assert.deepEqual(emails(await ines.post('/api/v1/search/users', { query })), [OMAR], query);
    }
    assert.deepEqual(emails(await ines.post('/api/v1/search/users', { query: 'ZOË' })), ['zoe@marlowe.example']);
    assert.deepEqual(emails(await ines.post('/api/v1/search/users', { query: '%' })), []);
  });

  test('is filtered by status and role, sorted, and paged without gaps', async (t) => {
    const { ines, add, emails } = await start(t);
    for (let n = 0; n < 5; n += 1) {
      await add(`p${n}@marlowe.example`, {
        displayName: `Person ${n}`,
        roles: n === 2 ? ['ACCESS_REQUEST_HELPDESK'] : [],
      });
    }
    const id = (await ines.post('/api/v1/search/users', { query: 'p4@' })).textAt('list', 0, 'id');
    await ines.post(`/api/v1/users/${id}/disable`);
    const find = (body: object) => ines.post('/api/v1/search/users', body);
    assert.deepEqual(emails(await find({ statuses: ['DISABLED'] })), ['p4@marlowe.example']);
    assert.deepEqual(emails(await find({ roles: ['ACCESS_REQUEST_HELPDESK'] })), ['p2@marlowe.example']);
    const seen: unknown[] = [];
    let pageToken = '';
    do {
      const page = await find({ sort: '-email', pageSize: 2, pageToken });
      assert.equal(page.at('totalCount'), 6);
      seen.push(...emails(page));
      pageToken = page.textAt('nextPageToken');
    } while (pageToken !== '');
    assert.deepEqual(seen, [4, 3, 2, 1, 0].map((n) => `p${n}@marlowe.example`).concat('ines@marlowe.example'));
    assert.equal((await find({ sort: 'password' })).status, 400);
  });

  test('shows roles and sign-ins to who may see them, and to oneself; to others they are absent', async (t) => {
    const { ines, person, idOf } = await start(t);
    const omar = await person(ines, OMAR, ['CONNECTOR_ADMINISTRATOR']);
    const auditor = await person(ines, 'ada@marlowe.example', ['READ_ONLY_ADMINISTRATOR']);
    const details = ['origin', 'roles', 'invitedUntil', 'lastSignInAt'];
    const shownTo = async (browser: Browser, id: string): Promise<boolean[]> => {
      const { at } = await browser.get(`/api/v1/users/${id}`);
      const user = at('user');
      return details.map((name) => typeof user === 'object' && user !== null && name in user);
    };
    const [inesId, omarId] = [await idOf(ines), await idOf(omar)];
    assert.deepEqual(await shownTo(omar, inesId), [false, false, false, false]);
    assert.deepEqual(await shownTo(omar, omarId), [true, true, true, true]);
    assert.deepEqual(await shownTo(auditor, inesId), [true, true, true, true]);
    assert.equal((await omar.post('/api/v1/search/users', { roles: ['SUPER_ADMINISTRATOR'] })).status, 403);
    assert.equal(
      (await omar.post('/api/v1/search/users', { query: 'ines' })).text.includes('SUPER_ADMINISTRATOR'),
      false,
    );
  });

  test('gives roles, which count from the next request on', async (t) => {
    const { ines, person, idOf, log } = await start(t);
    const omar = await person(ines, OMAR);
    assert.equal((await omar.post('/api/v1/search/users')).status, 403);
    const id = await idOf(omar);
    await ines.post(`/api/v1/users/${id}`, { roles: ['CONNECTOR_ADMINISTRATOR', 'ACCESS_REQUEST_HELPDESK'] });
    assert.equal((await omar.post('/api/v1/search/users')).status, 200);
    assert.equal((await log()).at(-1), 'Ines Castellanos: person.roles_changed Omar Haddad');
    assert.deepEqual((await ines.post(`/api/v1/users/${id}`, { roles: [] })).at('user', 'roles'), ['BASIC_USER']);
    assert.equal((await omar.post('/api/v1/search/users')).status, 403);
  });

  test('keeps a Super Administrator: the last one can lose neither the role nor the access', async (t) => {
    const { ines, person, idOf, add } = await start(t);
    const inesId = await idOf(ines);
    await add('never.came@marlowe.example', { roles: ['SUPER_ADMINISTRATOR'] });
    const lose = () => ines.post(`/api/v1/users/${inesId}`, { roles: ['BASIC_USER'] });
    const refused = await lose();
    assert.equal(refused.status, 412);
    assert.match(refused.textAt('message'), /Ines Castellanos is the last Super Administrator who has signed in/);
    assert.equal((await ines.post(`/api/v1/users/${inesId}/disable`)).status, 412);
    const omar = await person(ines, OMAR, ['SUPER_ADMINISTRATOR']);
    assert.equal((await omar.post(`/api/v1/users/${inesId}/disable`)).status, 200);
    assert.equal((await omar.post(`/api/v1/users/${await idOf(omar)}`, { roles: [] })).status, 412);
  });

  test('keeps one also when two take the role from each other at the same moment', async (t) => {
    const { ines, person, idOf, store } = await start(t);
    const omar = await person(ines, OMAR, ['SUPER_ADMINISTRATOR']);
    const [inesId, omarId] = [await idOf(ines), await idOf(omar)];
    const answers = await Promise.all([
      ines.post(`/api/v1/users/${omarId}`, { roles: [] }),
      omar.post(`/api/v1/users/${inesId}`, { roles: [] }),
    ]);
    // The slower one comes too late: its role is gone, or it would be the last that goes.
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    const rows = await store.db.selectFrom('people').select('roles').execute();
    assert.equal(rows.filter(({ roles }) => roles.includes('SUPER_ADMINISTRATOR')).length, 1);
  });

  test('lets nobody disable themselves', async (t) => {
    const { ines, person, idOf } = await start(t);
    const omar = await person(ines, OMAR, ['SUPER_ADMINISTRATOR']);
    assert.equal((await omar.post(`/api/v1/users/${await idOf(omar)}/disable`)).status, 412);
  });
});

/** Which roles may call each route of people: S super, C connector, A application, G campaign, R requests, H helpdesk, O read-only, B basic. */
const access: readonly [call: string, roles: string, body?: object][] = [
  ['POST /api/v1/search/users', 'SCAGRHO'],
  ['GET /api/v1/users/{id}', 'SCAGRHO'],
  ['POST /api/v1/users', 'S', { email: 'new@marlowe.example', displayName: 'New' }],
  ['POST /api/v1/users/{id}', 'S', { jobTitle: 'Head' }],
  ['POST /api/v1/users/{id}', 'S', { roles: ['SUPER_ADMINISTRATOR'] }],
  ['POST /api/v1/users/{id}/invite', 'S'],
  ['POST /api/v1/users/{id}/disable', 'S'],
  ['POST /api/v1/users/{id}/enable', 'S'],
  ['POST /api/v1/users/import', 'S', { csv: 'email,name\n', apply: true }],
  ['GET /api/v1/session', 'SCAGRHOB'],
  ['GET /api/v1/iam/personal_clients', 'SCAGRHOB'],
  ['POST /api/v1/iam/personal_clients', 'SCAGRHOB', { displayName: 'Script', expiresInDays: 30 }],
];
const letters: Readonly<Record<Role, string>> = {
  SUPER_ADMINISTRATOR: 'S',
  CONNECTOR_ADMINISTRATOR: 'C',
  APPLICATION_ADMINISTRATOR: 'A',
  CAMPAIGN_ADMINISTRATOR: 'G',
  ACCESS_REQUEST_ADMINISTRATOR: 'R',
  ACCESS_REQUEST_HELPDESK: 'H',
  READ_ONLY_ADMINISTRATOR: 'O',
  BASIC_USER: 'B',
};

describeOnStores('the routes of people', (open) => {
  test('are open to exactly the roles of the table, and to nobody without a session', async (t) => {
    const { firstPerson, person, browser, store } = await startWorld(t, await open(t));
    const ines = await firstPerson();
    const target = await ines.post('/api/v1/users', { email: 'target@marlowe.example', displayName: 'Target' });
    const id = target.textAt('user', 'id');
    const call = async (who: Browser, route: string, body?: object): Promise<number> => {
      const [method = '', path = ''] = route.replace('{id}', id).split(' ');
      return (await who.call(method, path, method === 'GET' ? undefined : (body ?? {}))).status;
    };
    for (const [route, , body] of access) assert.equal(await call(browser(), route, body), 401, route);
    for (const name of role.options) {
      const who = await person(ines, `${letters[name]}@marlowe.example`, [name]);
      for (const [route, roles, body] of access) {
        const status = await call(who, route, body);
        assert.equal(status, roles.includes(letters[name]) ? 200 : 403, `${name}: ${route}`);
      }
      await store.db.deleteFrom('people').where('email', '=', 'new@marlowe.example').execute();
    }
  });
});
