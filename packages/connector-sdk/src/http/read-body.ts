import type { Readable } from 'node:stream';

/** No list that a connector asks for comes near this; more would fill the memory of a small machine. */
export const maxBodyBytes = 32 * 1024 * 1024;
/** Enough to recognise an error page. */
const quotedCharacters = 80;

/** Reads a body as text; undefined when it is larger than `maxBodyBytes`, whose rest is then not read. */
export async function readBody(body: Readable): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('a body arrived as text, not as bytes');
    bytes += chunk.byteLength;
    // Leaving the loop destroys the stream.
    if (bytes > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** A missing type is taken for JSON: the text itself then decides. */
export function saysJson(contentType: string | undefined): boolean {
  return contentType === undefined || /^\s*application\/([\w.+-]+\+)?json\s*(;|$)/i.test(contentType);
}

/** What arrived in place of JSON, for a message: the type and, when `quote` is set, the first characters on one line. */
export function received(
  contentType: string | undefined,
  text: string,
  quote: ((start: string) => string) | undefined,
): string {
  const type = oneLine(contentType ?? 'no content type').slice(0, quotedCharacters);
  const start =
    quote === undefined ? '' : oneLine(quote(text.slice(0, quotedCharacters * 4))).slice(0, quotedCharacters);
  return `${Buffer.byteLength(text)} bytes, ${type}${start === '' ? '' : `, beginning with ${JSON.stringify(start)}`}`;
}

export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
}
