import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { generatePassword, type PasswordRules } from './generate-password.ts';

const make = (length: number, constraints: PasswordRules['constraints'] = []) =>
  generatePassword({ length: BigInt(length), constraints }).reveal();

const many = (length: number, constraints: PasswordRules['constraints'] = []) =>
  Array.from({ length: 500 }, () => make(length, constraints));

test('without rules a password has upper, lower, digit and symbol, however short', () => {
  for (const password of many(8)) {
    for (const kind of [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z\d]/]) assert.match(password, kind);
  }
});

test('a password has exactly as many characters as asked for', () => {
  for (const length of [8, 20, 64]) assert.equal(make(length).length, length);
});

test('each set gives its least number of characters, and no other characters appear', () => {
  const rules = [
    { charSet: 'ab', minCount: 3 },
    { charSet: '12', minCount: 5 },
  ];
  for (const password of many(9, rules)) {
    assert.match(password, /^[ab12]{9}$/);
    assert.ok(password.replace(/\d/g, '').length >= 3 && password.replace(/\D/g, '').length >= 5, password);
  }
});

test('a set that need not appear still may', () => {
  const rules = [
    { charSet: 'a', minCount: 1 },
    { charSet: 'b', minCount: 0 },
  ];
  assert.ok(many(8, rules).some((password) => password.includes('b')));
});

test('the first character can be of every kind', () => {
  const first = many(8).map((password) => password.charAt(0));
  for (const kind of [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z\d]/]) assert.ok(first.some((one) => kind.test(one)));
});

test('a character that a set names twice is not twice as likely', () => {
  const text = many(64, [{ charSet: 'aaaaaaaab', minCount: 1 }]).join('');
  const share = text.replaceAll('b', '').length / text.length;
  // 32 000 draws: one half, give or take far more than chance explains.
  assert.ok(share > 0.45 && share < 0.55, String(share));
});

test('characters outside the basic plane count as one', () => {
  assert.equal([...make(8, [{ charSet: '😀😁', minCount: 2 }])].length, 8);
});

describe('rules that no password can keep are refused', () => {
  const cases: readonly (readonly [string, number, PasswordRules['constraints'], RegExp])[] = [
    ['too short', 7, [], /from 8 to 64 characters, and 7/],
    ['too long', 65, [], /from 8 to 64 characters, and 65/],
    ['more required than its length', 8, [{ charSet: 'ab', minCount: 9 }], /ask for 9 characters in all/],
    ['a required set that is empty', 8, [{ charSet: '', minCount: 1 }], /a set that is empty/],
    ['no characters at all', 8, [{ charSet: '', minCount: 0 }], /a set that is empty/],
  ];
  for (const [name, length, constraints, expected] of cases) {
    test(name, () => {
      assert.throws(
        () => make(length, constraints),
        (error) => BatonError.is(error) && error.code === Code.InvalidArgument && expected.test(error.message),
      );
    });
  }
});
