import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordProblem } from './password-rules.ts';

const email = 'ines.castellanos@marlowe.example';
const wrong: readonly [what: string, password: string, problem: RegExp][] = [
  ['shorter than 12 characters', 'eleven char', /has 11 characters.*at least 12/],
  ['of six emoji, which are twelve code units', '😀🐎🌲🔑🚪🎻', /has 6 characters/],
  ['the e-mail address', 'Ines.Castellanos@Marlowe.Example', /is the e-mail address/],
  ['the name in the e-mail address', 'ines.castellanos', /is the e-mail address/],
  ['among the worst', 'Password1234', /first that are tried/],
  ['among the worst with spaces and signs', 'correct horse battery staple!', /first that are tried/],
  ['one character over and over', 'aaaaaaaaaaaaaa', /first that are tried/],
  ['two characters in turn', 'abababababababab', /first that are tried/],
  ['nothing but signs', '!!!!----!!!!----', /first that are tried/],
];

for (const [what, password, problem] of wrong) {
  test(`a password is refused that is ${what}`, () => {
    assert.match(passwordProblem(password, email) ?? '', problem);
  });
}

for (const password of ['four brown horses run', 'Tr0ub4dor&3xyz', 'пароль-из-пяти-слов', 'hQ7!mZ2@pL9#']) {
  test(`"${password}" may be chosen`, () => {
    assert.equal(passwordProblem(password, email), undefined);
  });
}

test('what is wrong with a password is said without the password', () => {
  for (const [, password] of wrong) assert.equal(passwordProblem(password, email)?.includes(password), false);
});
