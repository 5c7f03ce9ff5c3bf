/** A label has one line for the reason. */
const LONGEST_REASON = 120;

/** The second line of the label Error: the missing thing by name, else the first sentence. */
export function errorReason(error: string): string {
  const lacks = /\blacks ([\w.]+(?:, [\w.]+)*)(?=\.(?:\s|$)|[;,\s]|$)/.exec(error)?.[1];
  if (lacks !== undefined) return `the key lacks ${lacks.replace(/\.$/, '')}`;
  if (/does not accept the API key/.test(error)) return 'SendGrid does not accept the API key';
  const [sentence = ''] = error.split(/(?<=[^.]{3}[.!?])\s+/);
  const plain = sentence.replace(/[.!?]$/, '');
  return plain.length <= LONGEST_REASON ? plain : `${plain.slice(0, LONGEST_REASON - 1).toWellFormed()}…`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The second line of the label Paused: "by Ann, 18 Nov". */
export function pauseReason(name: string, atMs: number): string {
  const date = new Date(atMs);
  return `by ${name}, ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''}`;
}
