/** Scripts and signs that take two places on a terminal. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u{3000}-\u{303E}\u{FF01}-\u{FF60}\u{FFE0}-\u{FFE6}]/u;
/** Marks that sit on the letter before them, and signs that take no place. */
const NARROW = /[\p{Mark}\p{Cf}]/u;
const PLAIN = /^[\x20-\x7E]*$/;

/** How many places a text takes on a terminal. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    if (!NARROW.test(character)) width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

/** A text that takes at most so many places: of a longer one the middle is left out, since ids tell by both ends. */
export function cutText(text: string, places: number): string {
  if (textWidth(text) <= places) return text;
  const characters = [...text];
  const take = (from: readonly string[], room: number): string[] => {
    const taken: string[] = [];
    let left = room;
    for (const character of from) {
      left -= textWidth(character);
      if (left < 0) break;
      taken.push(character);
    }
    return taken;
  };
  const start = take(characters, Math.ceil((places - 1) / 2));
  const end = take(characters.toReversed(), Math.floor((places - 1) / 2));
  return `${start.join('')}…${end.toReversed().join('')}`;
}

/**
 * The text on one line and without control characters: names come from outside, and a terminal must not obey them. Marks
 * that turn the direction of writing go too: they make a name look like another.
 */
export function oneLine(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replaceAll(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD');
}
