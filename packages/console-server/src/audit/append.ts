import type { Transaction } from 'kysely';
import type { Clock } from '../clock.ts';
import type { RequestContext } from '../domain/actor.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { AuditEntry, AuditLog } from './audit-log.ts';
import { canonicalJson } from './canonical-json.ts';
import { type AuditRow, FIRST_PREVIOUS_HASH, hashOf } from './record.ts';

/** Names come from outside and may be of any length. */
const LONGEST_NAME = 500;
/** Of one text among the changed fields; a longer one is cut, and says so. */
const LONGEST_TEXT = 10_000;

/** Writers of all processes wait for each other here, so that the numbers have no gap. */
const CHAIN_LOCK = 'audit_log';

export function createAuditLog({ store, clock }: { readonly store: Store; readonly clock: Clock }): AuditLog {
  return {
    async append(trx, context, entry) {
      await store.lock(trx, CHAIN_LOCK);
      const head = await newest(trx);
      const row = {
        seq: (head?.seq ?? 0) + 1,
        // A clock that was set back must not put a record before the one it follows.
        at_ms: Math.max(clock.now(), head?.at_ms ?? 0),
        ...columnsOf(context, entry),
        previous_hash: head?.hash ?? FIRST_PREVIOUS_HASH,
      };
      await trx
        .insertInto('audit_log')
        .values({ ...row, hash: hashOf(row) })
        .execute();
    },
  };
}

async function newest(trx: Transaction<Tables>): Promise<Pick<AuditRow, 'seq' | 'hash' | 'at_ms'> | undefined> {
  return await trx
    .selectFrom('audit_log')
    .select(['seq', 'hash', 'at_ms'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
}

function columnsOf(
  { actor, requestId, ip }: RequestContext,
  { action, target, before, after }: AuditEntry,
): Omit<AuditRow, 'seq' | 'at_ms' | 'previous_hash' | 'hash'> {
  return {
    actor_kind: actor.kind,
    actor_id: actor.id,
    actor_name: storable(actor.displayName, LONGEST_NAME),
    action,
    target_kind: target?.kind ?? null,
    target_id: target === undefined ? null : storable(target.id, LONGEST_NAME),
    target_name: target === undefined ? null : storable(target.displayName, LONGEST_NAME),
    before: fieldsJson(before),
    after: fieldsJson(after),
    request_id: requestId,
    ip,
  };
}

function fieldsJson(fields: Readonly<Record<string, unknown>> = {}): string {
  // Once through JSON, so that what is hashed is what will be read back.
  const plain: unknown = JSON.parse(
    JSON.stringify(fields, (_key, value: unknown) =>
      typeof value === 'string' ? storable(value, LONGEST_TEXT) : value,
    ),
  );
  return canonicalJson(plain);
}

/** PostgreSQL takes no zero character and no half of a pair. */
function storable(text: string, longest: number): string {
  const clean = text.replaceAll('\0', '').toWellFormed();
  return clean.length <= longest ? clean : `${clean.slice(0, longest).toWellFormed()}… (${clean.length} characters)`;
}
