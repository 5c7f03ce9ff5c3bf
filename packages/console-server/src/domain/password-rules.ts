export const MIN_PASSWORD_LENGTH = 12;

/**
 * What guessing begins with, among the ones that are long enough: letters and digits only, lower case. A password that is
 * one of these, repeated or with something short around it, falls in the first minute.
 */
const worst: ReadonlySet<string> = new Set([
  '123456789012',
  '1234567890123',
  '12345678901234',
  '123456789123',
  '1q2w3e4r5t6y',
  '1qaz2wsx3edc',
  'abcdefghijkl',
  'abcdefghijklm',
  'abcd1234efgh',
  'administrator',
  'adminadminadmin',
  'changemechangeme',
  'changemenow1',
  'correcthorsebatterystaple',
  'iloveyouiloveyou',
  'letmeinletmein',
  'passwordpassword',
  'password1234',
  'password12345',
  'password123456',
  'passw0rdpassw0rd',
  'p4sswordp4ssword',
  'qwertyqwerty',
  'qwertyuiopas',
  'qwertyuiop123',
  'qwerty123456',
  'trustno1trustno1',
  'welcomewelcome',
  'welcome12345',
  'welcome123456',
]);

/**
 * Whether a password may be chosen.
 *
 * @returns what is wrong with it, for the person, or undefined
 */
export function passwordProblem(password: string, email: string): string | undefined {
  // Characters as people count them, so that one emoji is not four.
  const length = [...password].length;
  if (length < MIN_PASSWORD_LENGTH) {
    return `The password has ${length} characters. Choose one with at least ${MIN_PASSWORD_LENGTH}; several words in a row are easy to remember.`;
  }
  const plain = password.toLowerCase().trim();
  const address = email.toLowerCase().trim();
  if (plain === address || plain === (address.split('@')[0] ?? '')) {
    return 'The password is the e-mail address. Choose another one.';
  }
  const letters = plain.replace(/[^\p{L}\p{N}]/gu, '');
  if (worst.has(plain) || worst.has(letters) || new Set(letters).size < 4) {
    return 'The password is one of the first that are tried. Choose another one.';
  }
  return undefined;
}
