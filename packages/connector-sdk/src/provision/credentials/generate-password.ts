import { randomInt } from 'node:crypto';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { Secret } from '../../secret.ts';

/** What a password has to hold: `random_password` of the credential options (`service-protocol.md §11`). */
export interface PasswordRules {
  /** In characters, from 8 to 64. */
  readonly length: bigint;
  /** At least `minCount` characters of each set, and no other characters. Empty: upper, lower, digit and symbol. */
  readonly constraints: readonly { readonly charSet: string; readonly minCount: number }[];
}

const minLength = 8;
const maxLength = 64;

const defaultConstraints: PasswordRules['constraints'] = [
  { charSet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', minCount: 1 },
  { charSet: 'abcdefghijklmnopqrstuvwxyz', minCount: 1 },
  { charSet: '0123456789', minCount: 1 },
  // Without quotes, backslash and space, which forms and shells mangle.
  { charSet: '!#$%&()*+,-./:;<=>?@[]^_{|}~', minCount: 1 },
];

/**
 * Makes a password of characters that nobody can foresee, each of its alphabet as likely as the next.
 *
 * @throws BatonError `InvalidArgument` when no password can keep the rules
 */
export function generatePassword({ length, constraints }: PasswordRules): Secret {
  if (length < minLength || length > maxLength) {
    throw new BatonError(
      Code.InvalidArgument,
      `a generated password has from ${minLength} to ${maxLength} characters, and ${length} were asked for`,
    );
  }
  const sets = (constraints.length === 0 ? defaultConstraints : constraints).map(({ charSet, minCount }) => ({
    characters: [...new Set(charSet)],
    minCount,
  }));
  const needed = sets.reduce((sum, { minCount }) => sum + minCount, 0);
  if (needed > length) {
    throw new BatonError(
      Code.InvalidArgument,
      `no password can keep its rules: they ask for ${needed} characters in all, and it is to have ${length}`,
    );
  }
  const alphabet = [...new Set(sets.flatMap(({ characters }) => characters))];
  if (alphabet.length === 0 || sets.some(({ characters, minCount }) => minCount > 0 && characters.length === 0)) {
    throw new BatonError(
      Code.InvalidArgument,
      'no password can keep its rules: they ask for characters of a set that is empty',
    );
  }
  const required = sets.flatMap(({ characters, minCount }) => pick(characters, minCount));
  return new Secret(shuffle([...required, ...pick(alphabet, Number(length) - needed)]).join(''));
}

function pick(characters: readonly string[], count: number): string[] {
  return Array.from({ length: count }, () => characters[randomInt(characters.length)] ?? '');
}

/** Otherwise the place of a character would tell its set. */
function shuffle(characters: readonly string[]): string[] {
  const rest = [...characters];
  return characters.flatMap(() => rest.splice(randomInt(rest.length), 1));
}
