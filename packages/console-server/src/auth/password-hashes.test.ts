import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultCost, PasswordHashes } from './password-hashes.ts';

const PASSWORD = 'four brown horses run';
const cheap = { logN: 4, r: 8, p: 1 };

test('a password is recognised, another one is not', async () => {
  const hashes = new PasswordHashes(cheap);
  const stored = await hashes.hash(PASSWORD);
  assert.equal(await hashes.verify(PASSWORD, stored), 'right');
  assert.equal(await hashes.verify(`${PASSWORD} `, stored), 'wrong');
  assert.equal(await hashes.verify('', stored), 'wrong');
});

test('the same password twice is kept as two texts, with the cost in them and without the password', async () => {
  const hashes = new PasswordHashes(cheap);
  const [one, other] = [await hashes.hash(PASSWORD), await hashes.hash(PASSWORD)];
  assert.notEqual(one, other);
  assert.match(one, /^scrypt\$4\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  assert.equal(one.includes(PASSWORD), false);
});

test('a hash of another cost is still good, and said to be outdated', async () => {
  const stored = await new PasswordHashes(cheap).hash(PASSWORD);
  const dearer = new PasswordHashes({ ...cheap, logN: 5 });
  assert.equal(await dearer.verify(PASSWORD, stored), 'outdated');
  assert.equal(await dearer.verify('another one', stored), 'wrong');
});

test('an umlaut is the same however the keyboard writes it', async () => {
  const hashes = new PasswordHashes(cheap);
  assert.equal(await hashes.verify('u\u0308ber den Zaun', await hashes.hash('\u00fcber den Zaun')), 'right');
});

test('without a hash, and with one that is damaged, no password is right', async () => {
  const hashes = new PasswordHashes(cheap);
  for (const stored of [undefined, '', 'scrypt$4$8$1$$', 'scrypt$4$8$1$c2FsdA$', 'argon2id$x']) {
    assert.equal(await hashes.verify('', stored), 'wrong');
  }
});

test('a guess costs 128 MiB, and more than two are not made at once', async () => {
  assert.deepEqual(defaultCost, { logN: 17, r: 8, p: 1 });
  const hashes = new PasswordHashes(cheap);
  const stored = await hashes.hash(PASSWORD);
  const many = await Promise.allSettled(Array.from({ length: 60 }, () => hashes.verify(PASSWORD, stored)));
  assert.equal(many.filter(({ status }) => status === 'fulfilled').length, 52);
  const refused = many.find(({ status }) => status === 'rejected');
  assert.match(String(refused?.status === 'rejected' && refused.reason), /Too many people sign in at this moment/);
  assert.equal(await hashes.verify(PASSWORD, stored), 'right');
});
