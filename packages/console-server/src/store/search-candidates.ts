import { type Expression, sql } from 'kysely';
import { isAmong, isSqlite } from './conditions.ts';
import { found, searchWords } from './search-text.ts';
import type { Db } from './store.ts';

/** Of a text that more rows have than this, a list read in its order finds a page soon. */
const MOST_CANDIDATES = 1_000;
/** Sure enough to be more than that, though it is an estimate. */
const MANY_EXPECTED = 5_000;
/** The index is made of so many letters in a row. */
const SHORTEST = 3;

/**
 * The ids of the rows that may be what a person searches for: all that are, and few others. The search itself still has to
 * look at them.
 *
 * @returns undefined when they are too many to be named, or the words are too short to tell
 */
export async function searchCandidates(
  db: Db,
  table: 'accounts' | 'entitlements' | 'resources',
  query: string,
): Promise<readonly string[] | undefined> {
  const words = searchWords(query).filter((word) => [...word].length >= SHORTEST);
  if (words.length === 0) return undefined;
  if (!isSqlite(db)) {
    const wanted = found('search', words.join(' ')) ?? sql<boolean>`true`;
    const all = db.selectFrom(table).select('id').where(wanted);
    if (await areManyExpected(db, all.where('removed_ms', 'is', null))) return undefined;
    const some = all.limit(MOST_CANDIDATES + 1);
    // The index is of what is there; of what is gone there is less.
    const present = await some.where('removed_ms', 'is', null).execute();
    const gone = await some.where('removed_ms', 'is not', null).execute();
    const ids = [...present, ...gone].map(({ id }) => id);
    return ids.length > MOST_CANDIDATES ? undefined : ids;
  }
  // One index for all tables.
  const phrases = words.map((word) => `"${word.replaceAll('"', '""')}"`);
  const { rows: matching } = await sql<{ seq: number }>`select rowid as seq from search_texts
    where search_texts match ${phrases.join(' ')} limit ${MOST_CANDIDATES + 1}`.execute(db);
  if (matching.length > MOST_CANDIDATES) return undefined;
  const seqs = JSON.stringify(matching.map(({ seq }) => seq));
  const { rows } = await sql<{ id: string }>`select id from search_rows
    where seq in (select value from json_each(${seqs}))`.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * The ids of the rows that a person searches for.
 *
 * @returns undefined when they are too many to be named, or not found fast
 */
export async function namedSo(
  db: Db,
  table: 'accounts' | 'entitlements',
  query: string,
): Promise<readonly string[] | undefined> {
  const words = found('search', query);
  const candidates = await searchCandidates(db, table, query);
  if (words === undefined || candidates === undefined) return undefined;
  const rows = await db
    .selectFrom(table)
    .select('id')
    .where(words)
    .where(isAmong(db, 'id', candidates))
    .execute();
  return rows.map(({ id }) => id);
}

/** By the statistics of PostgreSQL, whose index finds all of them before the first one is known. */
async function areManyExpected(db: Db, rows: Expression<unknown>): Promise<boolean> {
  const { rows: answer } = await sql<{
    'QUERY PLAN': unknown;
  }>`explain (format json) select * from ${rows} as found`.execute(db);
  const expected = /"Plan Rows":(\d+)/.exec(JSON.stringify(answer[0]))?.[1];
  return Number(expected ?? 0) > MANY_EXPECTED;
}
