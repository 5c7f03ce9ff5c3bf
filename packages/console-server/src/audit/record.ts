import { createHash } from 'node:crypto';
import type { AuditEvent } from '@baton-ts/console-api';
import type { Selectable } from 'kysely';
import type { Tables } from '../store/tables.ts';
import { canonicalJson } from './canonical-json.ts';

export type AuditRow = Selectable<Tables['audit_log']>;
type UnhashedRow = Omit<AuditRow, 'hash'>;

/** What stands before the first record. */
export const FIRST_PREVIOUS_HASH = '0'.repeat(64);

/**
 * SHA-256, in hex, of the record as an export shows it, as canonical JSON without its hash. Since the hash of the record
 * before is part of it, an exported file can be checked without the database.
 */
export function hashOf(row: UnhashedRow): string {
  return createHash('sha256')
    .update(canonicalJson(shown(row)))
    .digest('hex');
}

export function auditEventOf(row: AuditRow): AuditEvent {
  return { ...shown(row), hash: row.hash };
}

function shown(row: UnhashedRow): Omit<AuditEvent, 'hash'> {
  return {
    seq: row.seq,
    at: new Date(row.at_ms).toISOString(),
    actor: { kind: row.actor_kind, id: row.actor_id, displayName: row.actor_name },
    action: row.action,
    target:
      row.target_kind === null
        ? null
        : { kind: row.target_kind, id: row.target_id ?? '', displayName: row.target_name ?? '' },
    before: fieldsOf(row.before),
    after: fieldsOf(row.after),
    requestId: row.request_id,
    ip: row.ip,
    previousHash: row.previous_hash,
  };
}

function fieldsOf(json: string): Record<string, unknown> {
  const value: unknown = JSON.parse(json);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
