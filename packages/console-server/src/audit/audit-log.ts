import type { Transaction } from 'kysely';
import type { RequestContext } from '../domain/actor.ts';
import type { Tables } from '../store/tables.ts';

export interface AuditEntry {
  /** `connector.settings_changed`: the thing, a dot, what happened to it. */
  readonly action: string;
  readonly target?: { readonly kind: string; readonly id: string; readonly displayName: string };
  /** Changed fields only. Never a secret: "a saved key" → "a new key". */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
}

/** The append-only, hash-chained record of every change. */
export interface AuditLog {
  /**
   * In the transaction of the change itself, so that neither is without the other. As late in it as can be: until the
   * transaction ends, no other one can append.
   */
  append(trx: Transaction<Tables>, context: RequestContext, entry: AuditEntry): Promise<void>;
}
