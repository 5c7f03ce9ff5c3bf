import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { FlagKind, FlagValue } from './flag-spec.ts';

const TRUE_WORDS = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE_WORDS = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** A Go boolean word (`cli.md §A.4`); undefined for anything else. */
export function parseBool(text: string): boolean | undefined {
  if (TRUE_WORDS.has(text)) return true;
  return FALSE_WORDS.has(text) ? false : undefined;
}

/** A Go integer literal: `10`, `-1`, `0x0a`, `0b11`, `0o17`, `1_000`; undefined for anything else. */
export function parseInt64(text: string): number | undefined {
  const match = /^([+-]?)(0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*)$/.exec(text);
  const digits = match?.[2]?.replaceAll('_', '');
  if (digits === undefined) return undefined;
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  const value = (match?.[1] === '-' ? -1 : 1) * Number(octal);
  return Number.isSafeInteger(value) ? value : undefined;
}

/**
 * One CSV record: items between commas, an item in double quotes may hold commas and `""`.
 * Undefined when a quote is not closed or stands inside an item.
 */
export function parseCsv(text: string): string[] | undefined {
  if (text === '') return [];
  const items: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let item = '';
      let from = at + 1;
      for (;;) {
        const quote = text.indexOf('"', from);
        if (quote < 0) return undefined;
        item += text.slice(from, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        item += '"';
        from = at + 1;
      }
      if (at < text.length && text[at] !== ',') return undefined;
      items.push(item);
    } else {
      const comma = text.indexOf(',', at);
      const end = comma < 0 ? text.length : comma;
      const item = text.slice(at, end);
      if (item.includes('"')) return undefined;
      items.push(item);
      at = end;
    }
    if (at >= text.length) return items;
    at += 1;
  }
}

const EXPECTED: Readonly<Record<FlagKind, string>> = {
  bool: 'true or false',
  int: 'a whole number',
  strings: 'a comma-separated list; quote items that hold commas: \'"a,b",c\'',
  string: 'text',
};

/**
 * Reads a setting's text.
 *
 * @param where what the person wrote it in, for example `--workers` or `BATON_WORKERS`
 * @param quote whether the text may be repeated in the message; false for secrets
 */
export function parseValue(kind: FlagKind, text: string, where: string, quote: boolean): FlagValue {
  const value =
    kind === 'string' ? text : kind === 'bool' ? parseBool(text) : kind === 'int' ? parseInt64(text) : parseCsv(text);
  if (value !== undefined) return value;
  const shown = quote ? `"${text}"` : 'value';
  const subject = where.startsWith('--')
    ? `invalid argument ${shown} for "${where}" flag`
    : `invalid ${shown} in ${where}`;
  throw new BatonError(Code.Unknown, `${subject}: expected ${EXPECTED[kind]}`);
}
