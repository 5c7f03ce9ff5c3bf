import type { PersonalClient } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Selectable, Transaction } from 'kysely';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { Clock } from '../../clock.ts';
import type { RequestContext } from '../../domain/actor.ts';
import { may } from '../../domain/permissions.ts';
import { actorOf, findPerson, type Person } from '../../people/person.ts';
import type { Db, Store } from '../../store/store.ts';
import type { Tables } from '../../store/tables.ts';
import { newClientId } from './client-id.ts';
import { newClientSecret } from './client-secret.ts';

type Row = Selectable<Tables['personal_clients']>;

interface ShownRow extends Row {
  readonly owner_name: string;
  readonly owner_email: string;
}

/** How exact "last used" is, so that not every request writes. */
const USED_EVERY_MS = 60_000;

/** More than anybody keeps apart. */
const MAX_KEYS_EACH = 50;

const DAY_MS = 24 * 60 * 60_000;

export interface ApiKeyParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly publicUrl: URL;
}

/** A key that works at this moment. */
export interface LiveKey {
  readonly row: Row;
  readonly owner: Person;
}

/** API keys of people, for scripts (`governance.md §2.15`). They may what their owner may at the moment of use. */
export class ApiKeys {
  readonly #parts: ApiKeyParts;

  constructor(parts: ApiKeyParts) {
    this.#parts = parts;
  }

  /** One's own; those of everybody for whoever manages people. Revoked ones are gone. */
  async list({ actor }: RequestContext): Promise<PersonalClient[]> {
    const query = this.#query(this.#parts.store.db).orderBy('personal_clients.created_ms', 'desc');
    const rows = await (may(actor, 'people.manage') ? query : query.where('person_id', '=', actor.id)).execute();
    return rows.map(shown);
  }

  /** @returns with the secret, which is kept nowhere */
  async create(
    { displayName, expiresInDays }: { readonly displayName: string; readonly expiresInDays: number | null },
    context: RequestContext,
  ): Promise<{ readonly client: PersonalClient; readonly clientSecret: string }> {
    const { store, clock, audit, publicUrl } = this.#parts;
    // Else one that ends in a month could make one that never does.
    if (context.session === undefined) {
      throw new BatonError(
        Code.PermissionDenied,
        'An API key cannot make another one. Sign in with a browser for that.',
      );
    }
    const { clientSecret, publicKey } = newClientSecret();
    const clientId = newClientId(publicUrl);
    return store.transaction(async (trx) => {
      const now = clock.now();
      const own = await this.#query(trx).where('person_id', '=', context.actor.id).execute();
      if (own.length >= MAX_KEYS_EACH) {
        throw new BatonError(Code.ResourceExhausted, `You have ${own.length} API keys. Revoke one that is not used.`);
      }
      await trx
        .insertInto('personal_clients')
        .values({
          client_id: clientId,
          person_id: context.actor.id,
          display_name: displayName,
          public_key: publicKey,
          created_ms: now,
          expires_ms: expiresInDays === null ? null : now + expiresInDays * DAY_MS,
          last_used_ms: null,
          revoked_ms: null,
        })
        .execute();
      await audit.append(trx, context, {
        action: 'api_key.created',
        target: { kind: 'api_key', id: clientId, displayName },
        after: { expiresInDays },
      });
      const row = await this.#query(trx).where('client_id', '=', clientId).executeTakeFirstOrThrow();
      return { client: shown(row), clientSecret };
    });
  }

  /** From now on the key opens nothing, and neither do the tokens that it was exchanged for. */
  async revoke(clientId: string, context: RequestContext): Promise<void> {
    const { actor } = context;
    await this.#parts.store.transaction(async (trx) => {
      const row = await this.#query(trx).where('client_id', '=', clientId).executeTakeFirst();
      if (row === undefined || (row.person_id !== actor.id && !may(actor, 'people.manage'))) {
        throw new BatonError(Code.NotFound, `There is no API key ${clientId}.`);
      }
      await this.#revoke(trx, row, context);
    });
  }

  /** All of a person, who gets none of them back by being enabled again. */
  async revokeAll(trx: Transaction<Tables>, personId: string, context: RequestContext): Promise<void> {
    const rows = await this.#query(trx).where('person_id', '=', personId).orderBy('created_ms').execute();
    for (const row of rows) await this.#revoke(trx, row, context);
  }

  async #revoke(trx: Transaction<Tables>, row: ShownRow, context: RequestContext): Promise<void> {
    const { clock, audit } = this.#parts;
    const changes = { revoked_ms: clock.now() };
    await trx.updateTable('personal_clients').set(changes).where('client_id', '=', row.client_id).execute();
    await audit.append(trx, context, {
      action: 'api_key.revoked',
      target: { kind: 'api_key', id: row.client_id, displayName: row.display_name },
      before: { owner: row.owner_name },
    });
  }

  /** @returns undefined when the key is unknown, revoked or over, or its owner is disabled */
  async live(clientId: string): Promise<LiveKey | undefined> {
    const { store, clock } = this.#parts;
    const row = await store.db
      .selectFrom('personal_clients')
      .selectAll()
      .where('client_id', '=', clientId)
      .where('revoked_ms', 'is', null)
      .executeTakeFirst();
    if (row === undefined || (row.expires_ms !== null && row.expires_ms <= clock.now())) return undefined;
    const owner = await findPerson(store.db, row.person_id);
    return owner?.status === 'ENABLED' ? { row, owner } : undefined;
  }

  /** The first use goes into the system log. */
  async markUsed(
    { row, owner }: LiveKey,
    request?: Pick<RequestContext, 'requestId' | 'ip' | 'signal'>,
  ): Promise<void> {
    const { store, clock, audit } = this.#parts;
    const now = clock.now();
    if (row.last_used_ms !== null && now - row.last_used_ms < USED_EVERY_MS) return;
    await store.transaction(async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable('personal_clients')
        .set({ last_used_ms: now })
        .where('client_id', '=', row.client_id)
        .where('last_used_ms', row.last_used_ms === null ? 'is' : '=', row.last_used_ms)
        .executeTakeFirst();
      if (row.last_used_ms !== null || numUpdatedRows === 0n || request === undefined) return;
      await audit.append(
        trx,
        { ...request, actor: actorOf(owner, 'API_KEY') },
        {
          action: 'api_key.first_used',
          target: { kind: 'api_key', id: row.client_id, displayName: row.display_name },
        },
      );
    });
  }

  #query(db: Db) {
    return db
      .selectFrom('personal_clients')
      .innerJoin('people', 'people.id', 'personal_clients.person_id')
      .selectAll('personal_clients')
      .select(['people.display_name as owner_name', 'people.email as owner_email'])
      .where('revoked_ms', 'is', null);
  }
}

function shown(row: ShownRow): PersonalClient {
  const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    clientId: row.client_id,
    displayName: row.display_name,
    owner: { id: row.person_id, displayName: row.owner_name, email: row.owner_email },
    createdAt: new Date(row.created_ms).toISOString(),
    expiresAt: time(row.expires_ms),
    lastUsedAt: time(row.last_used_ms),
  };
}
