import { type AuditEvent } from '@baton-ts/console-api';
import { sql } from 'kysely';
import { readAnchors } from '../audit/anchors.ts';
import { auditEventOf } from '../audit/record.ts';
import { verifyChain } from '../audit/verify.ts';
import type { Clock } from '../clock.ts';
import type { Routes } from '../http/route.ts';
import { readPage } from '../store/paging.ts';
import type { Store } from '../store/store.ts';

export interface SystemLogParts {
  readonly store: Store;
  readonly clock: Clock;
  /** Where the ends of the chain are noted. */
  readonly dataDir: string;
}

const ACCESS = ['log.read'] as const;
/** Records in memory at a time. */
const EXPORT_ROWS = 500;

/** The system log: search, proof, export. */
export function systemLogRoutes({ store, clock, dataDir }: SystemLogParts) {
  return {
    'POST /api/v1/systemlog/events': {
      access: ACCESS,
      async handle({ body }) {
        const { query: text, actions, actorIds, targetIds, since, until, sort } = body;
        let query = store.db.selectFrom('audit_log').selectAll();
        if (actions.length > 0) query = query.where('action', 'in', actions);
        if (actorIds.length > 0) query = query.where('actor_id', 'in', actorIds);
        if (targetIds.length > 0) query = query.where('target_id', 'in', targetIds);
        if (since !== undefined) query = query.where('at_ms', '>=', Date.parse(since));
        if (until !== undefined) query = query.where('at_ms', '<', Date.parse(until));
        for (const word of text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8)) {
          const pattern = `%${word.replaceAll('\0', '').replaceAll(/[\\%_]/g, '\\$&')}%`;
          query = query.where(
            sql<boolean>`lower(actor_name || ' ' || action || ' ' || coalesce(target_name, '') || ' ' || cast(seq as text)) like ${pattern} escape '\\'`,
          );
        }
        const { rows, ...page } = await readPage(store.db, query, {
          sorting: { by: 'audit_log.seq', id: 'audit_log.seq', descending: sort !== 'seq' },
          request: body,
          of: [text, actions, actorIds, targetIds, since, until],
        });
        return { ...page, list: rows.map(auditEventOf) };
      },
    },

    'GET /api/v1/systemlog/verification': {
      access: ACCESS,
      async handle(_request, { signal }) {
        const startedMs = performance.now();
        const verification = await verifyChain(store.db, await readAnchors(dataDir), signal);
        return {
          ...verification,
          checkedAt: new Date(clock.now()).toISOString(),
          tookMs: Math.round(performance.now() - startedMs),
        };
      },
    },

    'GET /api/v1/systemlog/export': {
      access: ACCESS,
      async handle({ query: { since, until } }) {
        return ReadableStream.from(jsonLines(exported(store, since, until)));
      },
    },
  } satisfies Routes;
}

async function* exported(
  { db }: Store,
  since: string | undefined,
  until: string | undefined,
): AsyncGenerator<AuditEvent> {
  let after = 0;
  for (;;) {
    let query = db.selectFrom('audit_log').selectAll().where('seq', '>', after).orderBy('seq').limit(EXPORT_ROWS);
    if (since !== undefined) query = query.where('at_ms', '>=', Date.parse(since));
    if (until !== undefined) query = query.where('at_ms', '<', Date.parse(until));
    const rows = await query.execute();
    for (const row of rows) yield auditEventOf(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < EXPORT_ROWS) return;
    after = last.seq;
  }
}

async function* jsonLines(events: AsyncIterable<AuditEvent>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const event of events) yield encoder.encode(`${JSON.stringify(event)}\n`);
}
