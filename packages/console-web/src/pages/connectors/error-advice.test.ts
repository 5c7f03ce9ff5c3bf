import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorParts, errorSteps } from './error-advice.ts';

const lacks =
  'The API key lacks teammates.read, subusers.read. Give it to the key in SendGrid under Settings, API Keys, or make a key with full access.';
const wrong =
  'SendGrid does not accept the API key: it is wrong, was revoked, or belongs to another region. Make a new key.';

test('the first sentence of a failure is its title, and names of scopes stay whole', () => {
  assert.equal(errorParts(lacks).title, 'The API key lacks teammates.read, subusers.read');
  assert.match(errorParts(lacks).rest, /^Give it to the key/);
});

test('a failure of one sentence has nothing after its title', () => {
  assert.deepEqual(errorParts('The file is damaged.'), { title: 'The file is damaged', rest: '' });
});

test('what a key lacks is said by name in what to do', () => {
  assert.match(errorSteps(lacks).join(), /Give it teammates\.read, subusers\.read, then save/);
});

test('a key that is not accepted, and only that, asks for another one', () => {
  assert.match(errorSteps(wrong).join(), /Use another key/);
  assert.deepEqual(errorSteps('The file is damaged.'), []);
});
