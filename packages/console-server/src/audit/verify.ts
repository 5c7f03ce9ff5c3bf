import type { Kysely } from 'kysely';
import type { Tables } from '../store/tables.ts';
import type { Anchor } from './anchors.ts';
import { type AuditRow, FIRST_PREVIOUS_HASH, hashOf } from './record.ts';

/** Records in memory at a time. */
const PAGE_ROWS = 1_000;

export interface Verification {
  readonly whole: boolean;
  /** Records that were read and hold: all of them, or those before the first that is broken. */
  readonly records: number;
  /** The number of the first record that is changed, missing or out of place. */
  readonly brokenAt: number | null;
  /** What is wrong with it and what still holds; empty when nothing is. */
  readonly reason: string;
  /** Of the last record that holds. */
  readonly headHash: string;
}

/**
 * Reads the whole chain, page by page, and compares it with what was noted elsewhere of its end.
 *
 * @param anchors see `Anchor`: without them a removed end cannot be noticed, nor a chain that was computed anew
 */
export async function verifyChain(
  db: Kysely<Tables>,
  anchors: readonly Anchor[] = [],
  signal?: AbortSignal,
): Promise<Verification> {
  const noted = new Map(anchors.map((anchor) => [anchor.seq, anchor]));
  let last = { seq: 0, hash: FIRST_PREVIOUS_HASH };
  let problem: { readonly at: number; readonly what: string } | undefined;

  for await (const row of records(db, signal)) {
    const what = problemOf(row, last, noted.get(row.seq));
    if (what !== undefined) {
      problem = { at: Math.min(row.seq, last.seq + 1), what };
      break;
    }
    last = row;
  }

  if (problem === undefined) {
    const [cut] = anchors.filter(({ seq }) => seq > last.seq).sort((a, b) => b.seq - a.seq);
    if (cut !== undefined) {
      const what = `It is missing: on ${cut.at} the log had ${cut.seq} records, and now it ends with ${last.seq}. Either its end was removed or an older backup was restored.`;
      problem = { at: last.seq + 1, what };
    }
  }
  return {
    whole: problem === undefined,
    records: last.seq,
    brokenAt: problem?.at ?? null,
    reason: problem === undefined ? '' : `${problem.what} ${whatHolds(last.seq)}`,
    headHash: last.hash,
  };
}

function problemOf(
  row: AuditRow,
  last: { readonly seq: number; readonly hash: string },
  anchor: Anchor | undefined,
): string | undefined {
  const expected = last.seq + 1;
  if (row.seq > expected) {
    const missing = row.seq - expected;
    return missing === 1
      ? `It is missing: record ${last.seq} is followed by ${row.seq}.`
      : `${missing} records are missing: record ${last.seq} is followed by ${row.seq}.`;
  }
  if (row.previous_hash !== last.hash) return 'It does not follow from the record before it.';
  if (hashOf(row) !== row.hash) return 'Its content was changed after it was written.';
  if (anchor !== undefined && anchor.hash !== row.hash) {
    return `Its hash is not the one that was noted on ${anchor.at}: the log was written anew since.`;
  }
  return undefined;
}

function whatHolds(records: number): string {
  if (records === 0) return 'No record before it is left.';
  const shown = records === 1 ? 'The one record before it verifies' : `The ${records} records before it verify`;
  return `${shown}; what comes after it cannot be trusted until this is explained.`;
}

async function* records(db: Kysely<Tables>, signal: AbortSignal | undefined): AsyncGenerator<AuditRow> {
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    signal?.throwIfAborted();
    const rows = await db
      .selectFrom('audit_log')
      .selectAll()
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(PAGE_ROWS)
      .execute();
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return;
    after = last.seq;
  }
}
