import { sql } from 'kysely';
import { AWAY_MS } from '../domain/session-life.ts';
import type { Db } from '../store/store.ts';

/** Notes that the person is here, and when they left when this is the first sign of another visit. */
export async function noteVisit(db: Db, personId: string, nowMs: number): Promise<void> {
  await db
    .updateTable('people')
    .set({
      left_ms: sql<number | null>`case when seen_ms < ${nowMs - AWAY_MS} then seen_ms else left_ms end`,
      seen_ms: nowMs,
    })
    .where('id', '=', personId)
    .execute();
}
