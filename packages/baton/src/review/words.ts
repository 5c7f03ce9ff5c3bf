import { oneLine } from '../output/text-width.ts';

const NO_BREAK = '\u00A0';
/** A name longer than this would be made to push everything else off the page. */
const MAX_NAME_CHARACTERS = 200;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `48,211`. */
export function grouped(number: number): string {
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 person`, `2 people`. */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${grouped(number)}${NO_BREAK}${number === 1 ? one : many}`;
}

/** Evidence shows times in full, with their zone: `24 Nov 2026, 10:41:07 +00:00`. */
export function fullTime(at: Date): string {
  const day = [at.getUTCDate(), months[at.getUTCMonth()], at.getUTCFullYear()].join(NO_BREAK);
  return `${day}, ${at.toISOString().slice(11, 19)}${NO_BREAK}+00:00`;
}

/** `34 s`, `1 min 12 s`, `3 h 5 min`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return `less than 1${NO_BREAK}s`;
  if (seconds < 60) return `${seconds}${NO_BREAK}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}${NO_BREAK}min ${seconds % 60}${NO_BREAK}s`;
  return `${Math.floor(minutes / 60)}${NO_BREAK}h ${minutes % 60}${NO_BREAK}min`;
}

/** Marks that are not seen, or that turn the direction of writing without being seen. */
const invisible =
  /[\u00AD\u061C\u115F\u1160\u180E\u200B\u200E\u200F\u2028\u2029\u2060-\u2064\u206A-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;

/** Text from the file as a page may show it: on one line, well-formed, nothing invisible in it. */
export function fromOutside(text: string): string {
  return oneLine(text.toWellFormed()).replaceAll(invisible, '\uFFFD');
}

/** The same for a name, which is cut when it is longer than a name can be. */
export function nameFromOutside(text: string): string {
  const clean = fromOutside(text);
  return clean.length <= MAX_NAME_CHARACTERS ? clean : `${clean.slice(0, MAX_NAME_CHARACTERS).toWellFormed()}…`;
}

/** A word of a command, as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
