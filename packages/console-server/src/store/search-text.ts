import { type Expression, type SqlBool, sql } from 'kysely';

/** Enough for a name and some addresses. An index entry of PostgreSQL has to stay below 2,700 bytes. */
const LONGEST_SEARCH_TEXT = 500;
/** More words narrow a search no further, and each one costs. */
const MOST_WORDS = 8;

/**
 * What the column `search` of a row holds: its texts in lower case, the display name first, since a list by name is
 * sorted by it. Line ends keep one text from running into the next.
 */
export function searchText(displayName: string, ...others: readonly string[]): string {
  const texts = [displayName, ...others].map(normalized).filter((text) => text !== '');
  return [...new Set(texts)].join('\n').slice(0, LONGEST_SEARCH_TEXT).toWellFormed();
}

/** Each word of the query is somewhere in the column. A query without words finds everything: `undefined`. */
export function found(column: string, query: string): Expression<SqlBool> | undefined {
  const words = searchWords(query);
  if (words.length === 0) return undefined;
  const conditions = words.map(
    (word) => sql<SqlBool>`${sql.ref(column)} like ${`%${word.replaceAll(/[\\%_]/g, '\\$&')}%`} escape '\\'`,
  );
  return sql<SqlBool>`(${sql.join(conditions, sql` and `)})`;
}

/** What a query looks for, as it stands in the columns. */
export function searchWords(query: string): string[] {
  return normalized(query).split(' ').filter(Boolean).slice(0, MOST_WORDS);
}

/** Wide letters and ligatures as plain ones; no control characters, of which PostgreSQL refuses some. */
function normalized(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .toWellFormed();
}
