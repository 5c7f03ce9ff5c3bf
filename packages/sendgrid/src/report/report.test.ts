import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountPicture, Holder } from './account-picture.ts';
import { compareAccounts } from './changes.ts';
import { reviewQuestions } from './questions.ts';
import { tellAccount } from './tell.ts';

function person(name: string, email: string, more: Partial<Holder> = {}): Holder {
  return { id: email, name, email, disabled: false, statusDetails: '', parentId: '', ...more };
}

const olga = person('Olga Owner', 'olga@acme.example');
const adam = person('Adam Admin', 'adam@acme.example');
const tina = person('Tina Teammate', 'tina@acme.example');
const fred = person('Fred Freelancer', 'fred@elsewhere.example');
const team = person('The team', 'marketing@acme.example');
const late = person('', 'late@acme.example', { id: 'token', disabled: true, statusDetails: 'invitation expired' });
const brand = person('brand', 'brand@acme.example', { id: '7', disabled: true });

const account: AccountPicture = {
  finishedAt: new Date(0),
  people: [adam, fred, olga, team, tina],
  invitations: [late],
  subusers: [brand],
  scopes: ['api_keys.create', 'mail.send', 'brand_new.thing'],
  apiKeys: [],
  owners: [olga],
  admins: [adam],
  scopeAccess: [
    { person: tina, target: 'api_keys.create', slug: 'assigned' },
    { person: tina, target: 'mail.send', slug: 'assigned' },
  ],
  subuserAccess: [{ person: fred, target: '7', slug: 'restricted' }],
  grants: 1234,
};

function about(title: RegExp, of: AccountPicture = account): readonly string[] {
  return reviewQuestions(of).find((question) => title.test(question.title))?.about ?? [];
}

const plain = { file: 'sync.c1z', changes: undefined, colour: false, width: 100 };

test('the owner and the admins are named as those who may do everything', () => {
  assert.deepEqual(about(/everything/), ['Olga Owner <olga@acme.example>, owner', 'Adam Admin <adam@acme.example>']);
});

test('holders of critical scopes are named with the scopes in plain words', () => {
  assert.deepEqual(about(/undo/), ['Tina Teammate <tina@acme.example>: create API keys']);
});

test('a person whose address is not at the company’s domain is from outside', () => {
  assert.deepEqual(about(/outside/), ['Fred Freelancer <fred@elsewhere.example>']);
});

test('the owner’s domain is the company’s, even when most people have another', () => {
  const people = [olga, fred, person('Flo', 'flo@elsewhere.example')];
  assert.deepEqual(about(/outside/, { ...account, people }), []);
});

test('an address that belongs to a team is a shared mailbox', () => {
  assert.deepEqual(about(/Shared/), ['The team <marketing@acme.example>']);
});

test('expired invitations are named by their address', () => {
  assert.deepEqual(about(/expired/), ['late@acme.example']);
});

test('an address that calls itself a mailbox is a shared one', () => {
  const inbox = person('inbox', 'acme.shared-inbox@acme.example');
  const asked = reviewQuestions({ ...account, people: [inbox] }).find(({ title }) => title === 'Shared mailboxes');
  assert.equal(asked?.about.length, 1);
});

test('access to a switched-off subuser is named', () => {
  assert.deepEqual(about(/switched off/), ['Fred Freelancer <fred@elsewhere.example>: restricted in brand']);
});

test('a scope that the catalogue does not know is named', () => {
  assert.deepEqual(about(/explain/), ['brand_new.thing']);
});

test('a question that concerns nobody is not asked', () => {
  const titles = reviewQuestions({ ...account, invitations: [] }).map(({ title }) => title);
  assert.ok(!titles.includes('Invitations that expired'));
});

test('the counts stand in one column', () => {
  const lines = tellAccount(account, plain).split('\n');
  assert.ok(lines.includes('  Invitations           1  1 expired'));
  assert.ok(lines.some((line) => line.startsWith('  Grants            1,234  ')));
});

test('an invitation that is still open is not counted as expired', () => {
  const open = person('', 'new@acme.example', {
    id: 'open',
    disabled: true,
    statusDetails: 'invited, expires 2026-12-01',
  });
  const lines = tellAccount({ ...account, invitations: [late, open] }, plain).split('\n');
  assert.ok(lines.includes('  Invitations           2  1 expired'));
});

test('no line is wider than the terminal', () => {
  const text = tellAccount(account, { ...plain, width: 72 });
  const questions = text.slice(text.indexOf('What a reviewer'));
  assert.deepEqual(
    questions.split('\n').filter((line) => line.length > 72),
    [],
  );
});

test('without colour no escape codes are written', () => {
  assert.ok(!tellAccount(account, plain).includes('\u001b'));
});

test('a name that holds escape codes cannot recolour the terminal', () => {
  const evil = person('\u001b[31mEve', 'eve@acme.example');
  assert.ok(tellAccount({ ...account, admins: [evil] }, plain).includes('□[31mEve'));
});

test('a new admin and a lost scope are told as changes', () => {
  const now = { ...account, admins: [adam, tina], scopeAccess: account.scopeAccess.slice(1) };
  assert.deepEqual(compareAccounts(account, now), {
    appeared: ['Tina Teammate as admin'],
    gone: ['api_keys.create for Tina Teammate'],
  });
});

test('a changed display name alone is no change of access', () => {
  const people = account.people.map((one) => (one === tina ? { ...one, name: 'Tina Other' } : one));
  assert.deepEqual(compareAccounts(account, { ...account, people }), { appeared: [], gone: [] });
});

test('a second sync without changes says so', () => {
  const text = tellAccount(account, { ...plain, changes: { appeared: [], gone: [] } });
  assert.ok(text.includes('Nothing changed.'));
});

test('an address cannot move the cursor', () => {
  const odd = person('Olga', 'olga@acme\u001b[2J.example');
  const text = tellAccount({ ...account, people: [odd, fred], owners: [odd] }, plain);
  assert.ok(!text.includes('\u001b'));
});

test('critical scopes of a teammate of a subuser are said to count only there', () => {
  const lena = person('Lena Local', 'lena@acme.example', { parentId: '7' });
  const scopeAccess = [{ person: lena, target: 'api_keys.create', slug: 'assigned' }];
  assert.deepEqual(about(/undo/, { ...account, scopeAccess }), [
    'Lena Local <lena@acme.example>, only in brand: create API keys',
  ]);
});
