import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { knownScopes, scopeList, selfServiceScopes } from './scope-catalogue.ts';

const sheet = new URL('../../../../../shared/reference/scope-words.tsv', import.meta.url);

test('every scope of the fact sheet is explained, and no other', {
  skip: !existsSync(sheet) && 'the fact sheet is not here',
}, () => {
  const [, ...lines] = readFileSync(sheet, 'utf8').trimEnd().split('\n');
  const names = lines.map((line) => line.split('\t')[0] ?? '');
  assert.deepEqual([...knownScopes.keys()].sort(), names.sort());
});

test('no scope is listed twice', () => {
  assert.equal(knownScopes.size, scopeList.length);
});

test('every sentence ends with a full stop and has at most 160 characters', () => {
  const wrong = scopeList.filter(({ sentence }) => !sentence.endsWith('.') || sentence.length > 160);
  assert.deepEqual(wrong, []);
});

test('no sentence is used for two scopes', () => {
  const sentences = scopeList.map(({ sentence }) => sentence);
  assert.deepEqual(
    sentences.filter((sentence, index) => sentences.indexOf(sentence) !== index),
    [],
  );
});

test('no title is used for two scopes', () => {
  const titles = scopeList.map(({ title }) => title);
  assert.deepEqual(
    titles.filter((title, index) => titles.indexOf(title) !== index),
    [],
  );
});

test('no sentence merely repeats its title', () => {
  const small = new Set(['can', 'sees', 'see', 'a', 'an', 'the', 'of', 'to', 'in', 'and']);
  const words = (text: string) =>
    new Set((text.toLowerCase().match(/\p{L}+/gu) ?? []).filter((word) => !small.has(word)));
  const repeated = scopeList.filter(({ title, sentence }) =>
    [...words(sentence)].every((word) => words(title).has(word)),
  );
  assert.deepEqual(repeated, []);
});

test('the scopes that SendGrid always sets by itself are marked', () => {
  const marked = scopeList.filter(({ automatic }) => automatic).map(({ name }) => name);
  assert.deepEqual(marked.sort(), [
    '2fa_exempt',
    '2fa_required',
    'sender_verification_eligible',
    'sender_verification_exempt',
    'sender_verification_legacy',
    'signup.trigger_confirmation',
    'ui.confirm_email',
    'ui.provision',
    'ui.signup_complete',
  ]);
});

test('the eight self-service scopes of password teammates are known', () => {
  assert.equal(selfServiceScopes.size, 8);
  assert.ok([...selfServiceScopes].every((name) => knownScopes.has(name)));
});

test('whoever can widen access or make credentials is critical', () => {
  for (const name of [
    'api_keys.create',
    'credentials.create',
    'teammates.create',
    'teammates.update',
    'sso.settings.update',
  ])
    assert.equal(knownScopes.get(name)?.risk, 'critical', name);
});
