import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { describeOnStores } from '../testing/with-stores.ts';
import { readPeopleFile } from './people-file.ts';
import { startWorld } from './testing/world.ts';

const FILE = [
  'Email,Name,Manager,Title,Department',
  'ines@marlowe.example,Ines Castellanos,,CIO,IT',
  'Omar.Haddad@Marlowe.example,Omar Haddad,ines@marlowe.example,Marketing lead,Marketing',
  'zoe@marlowe.example,"Ota, Zoë",omar.haddad@marlowe.example,,Marketing',
].join('\n');

describeOnStores('an import of people', (open) => {
  const start = async (t: TestContext) => {
    const world = await startWorld(t, await open(t));
    const ines = await world.firstPerson();
    const send = async (csv: string, options: { readonly apply?: boolean; readonly disableMissing?: boolean } = {}) => {
      const answer = await ines.post('/api/v1/users/import', { csv, apply: true, ...options });
      assert.equal(answer.status, 200, answer.text);
      const counts = ['created', 'updated', 'disabled', 'unchanged'].map((name) => answer.at(name));
      return { counts, problems: answer.at('problems'), first: answer.textAt('problems', 0, 'message') };
    };
    const people = async () => {
      const rows = await world.store.db.selectFrom('people').selectAll().orderBy('email').execute();
      return rows.map(({ email, display_name, job_title, manager_email, status, origin }) =>
        [email.split('@')[0], display_name, job_title, manager_email.split('@')[0], status, origin].join(' | '),
      );
    };
    return { ...world, ines, send, people };
  };

  test('adds who is new and updates who is known, each with a record', async (t) => {
    const { send, people, log } = await start(t);
    const { counts, problems } = await send(FILE);
    assert.deepEqual([counts, problems], [[2, 1, 0, 0], []]);
    assert.deepEqual(await people(), [
      'ines | Ines Castellanos | CIO |  | ENABLED | SETUP',
      'omar.haddad | Omar Haddad | Marketing lead | ines | ENABLED | FILE',
      'zoe | Ota, Zoë |  | omar.haddad | ENABLED | FILE',
    ]);
    assert.deepEqual((await log()).slice(-4), [
      'Ines Castellanos: person.created Omar Haddad',
      'Ines Castellanos: person.created Ota, Zoë',
      'Ines Castellanos: person.changed Ines Castellanos',
      'Ines Castellanos: people.imported',
    ]);
  });

  test('says first what it would do, and does nothing', async (t) => {
    const { send, people, log } = await start(t);
    const [before, logged] = [await people(), await log()];
    assert.deepEqual((await send(FILE, { apply: false })).counts, [2, 1, 0, 0]);
    assert.deepEqual([await people(), await log()], [before, logged]);
  });

  test('changes nothing the second time', async (t) => {
    const { send } = await start(t);
    await send(FILE);
    assert.deepEqual((await send(FILE)).counts, [0, 0, 0, 3]);
  });

  test('leaves alone what the file has no column for', async (t) => {
    const { send, people } = await start(t);
    await send(FILE);
    await send('name;EMAIL\nOmar H.;omar.haddad@marlowe.example');
    assert.equal((await people())[1], 'omar.haddad | Omar H. | Marketing lead | ines | ENABLED | FILE');
  });

  test('gives nobody a role', async (t) => {
    const { send, ines } = await start(t);
    const { first } = await send('email,name,roles\neve@example.com,Eve,SUPER_ADMINISTRATOR');
    assert.match(first, /The column "roles" is not read/);
    assert.deepEqual((await ines.post('/api/v1/search/users', { query: 'eve' })).at('list', 0, 'roles'), [
      'BASIC_USER',
    ]);
  });

  test('disables who is missing only when asked, and ends their sessions', async (t) => {
    const { send, people, person, ines } = await start(t);
    const omar = await person(ines, 'omar.haddad@marlowe.example');
    const file = 'email,name\nines@marlowe.example,Ines Castellanos';
    assert.deepEqual((await send(file)).counts, [0, 0, 0, 1]);
    assert.equal((await omar.get('/api/v1/session')).status, 200);
    assert.deepEqual((await send(file, { disableMissing: true })).counts, [0, 0, 1, 1]);
    assert.equal((await omar.get('/api/v1/session')).status, 401);
    assert.match((await people())[1] ?? '', /DISABLED/);
  });

  test('disables neither who imports it nor a Super Administrator, and names them', async (t) => {
    const { send, person, ines } = await start(t);
    await person(ines, 'omar.haddad@marlowe.example', ['SUPER_ADMINISTRATOR']);
    const { counts, problems } = await send('email,name\nzoe@marlowe.example,Zoe', { disableMissing: true });
    assert.deepEqual(counts, [1, 0, 0, 0]);
    assert.equal(Array.isArray(problems) && problems.length, 2);
  });

  test('disables nobody while a line cannot be read, because it may be theirs', async (t) => {
    const { send, person, ines } = await start(t);
    await person(ines, 'omar.haddad@marlowe.example');
    const file = 'email,name\nines@marlowe.example,Ines Castellanos\nomar.haddad,Omar Haddad';
    const { counts, first } = await send(file, { disableMissing: true });
    assert.deepEqual(counts, [0, 0, 0, 1]);
    assert.match(first, /Nobody is disabled while the file has problems/);
  });

  test('leaves a disabled person disabled', async (t) => {
    const { send, ines, people } = await start(t);
    await send(FILE);
    const { at } = await ines.post('/api/v1/search/users', { query: 'omar' });
    await ines.post(`/api/v1/users/${String(at('list', 0, 'id'))}/disable`);
    await send(FILE.replace('Marketing lead', 'Head'));
    assert.equal((await people())[1], 'omar.haddad | Omar Haddad | Head | ines | DISABLED | FILE');
  });

  test('refuses a text that is no CSV, and changes nothing', async (t) => {
    const { ines, people } = await start(t);
    const csv = 'email,name\nomar@marlowe.example,"Omar\nzoe@marlowe.example,Zoe\n';
    const answer = await ines.post('/api/v1/users/import', { csv, apply: true });
    assert.equal(answer.status, 400);
    assert.match(answer.textAt('message'), /not a CSV file.*quotation mark/);
    assert.equal((await people()).length, 1);
  });
});

const lines: readonly [what: string, line: string, problem: RegExp][] = [
  ['without an address', ',Omar,,,', /"" is not an e-mail address/],
  ['with something else for an address', 'omar,Omar,,,', /"omar" is not an e-mail address/],
  ['without a name', 'omar@marlowe.example, ,,,', /The name is missing/],
  ['with a manager by name', 'omar@marlowe.example,Omar,Ines,,', /The manager "Ines" is not an e-mail address/],
  ['with the person as manager', 'omar@marlowe.example,Omar,OMAR@marlowe.example,,', /cannot be their own manager/],
  ['with a value too many', 'omar@marlowe.example,Omar,,,,x', /has 6 values, the first line names 5 columns/],
  ['with a value too few', 'omar@marlowe.example,Omar', /has 2 values/],
  ['with a title of 201 letters', `omar@marlowe.example,Omar,,${'x'.repeat(201)},`, /longer than 200 characters/],
];
for (const [what, line, problem] of lines) {
  test(`a line ${what} is left out and named`, () => {
    const { rows, problems } = readPeopleFile(
      `email,name,manager,title,department\n${line}\nzoe@marlowe.example,Zoe,,,\n`,
    );
    assert.deepEqual(
      rows.map(({ email }) => email),
      ['zoe@marlowe.example'],
    );
    assert.equal(problems.length, 1);
    assert.equal(problems[0]?.line, 2);
    assert.match(problems[0]?.message ?? '', problem);
  });
}

test('a person who is in a file twice counts once, and the second line is named', () => {
  const { rows, problems } = readPeopleFile('email,name\na@b.example,A\n\nA@B.example,Again\n');
  assert.deepEqual(
    rows.map(({ displayName }) => displayName),
    ['A'],
  );
  assert.deepEqual(problems, [{ line: 4, message: 'a@b.example is in line 2 already. This line is left out.' }]);
});

test('a line is named by where it begins, also after a value of several lines', () => {
  const { problems } = readPeopleFile('email,name\na@b.example,"A\nof B"\nno address,C\n');
  assert.equal(problems[0]?.line, 4);
});

test('a file of Excel is read: mark of byte order, semicolons, CRLF', () => {
  const { rows, problems } = readPeopleFile('\uFEFFEmail;Name\r\na@b.example;A\r\n');
  assert.deepEqual([rows, problems], [[{ line: 2, email: 'a@b.example', displayName: 'A' }], []]);
});

test('a file without the columns email and name adds nobody', () => {
  for (const csv of ['', '\n', 'mail,full name\na@b.example,A\n', 'a@b.example,A\n']) {
    const { rows, problems } = readPeopleFile(csv);
    assert.equal(rows.length, 0);
    assert.notEqual(problems.length, 0);
  }
});

test('a file of more than 20,000 people is refused', () => {
  const many = Array.from({ length: 20_001 }, (_, n) => `p${n}@b.example,P`).join('\n');
  const { rows, problems } = readPeopleFile(`email,name\n${many}`);
  assert.equal(rows.length, 0);
  assert.match(problems[0]?.message ?? '', /has 20001 lines of people; at most 20000/);
});
