import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Transaction } from 'kysely';
import type { Clock } from '../clock.ts';
import type { RequestContext, SessionRef } from '../domain/actor.ts';
import { isAlive, SEEN_EVERY_MS, SESSION_IDLE_MS, SESSION_LIFE_MS } from '../domain/session-life.ts';
import { findPerson, type Person } from '../people/person.ts';
import { noteVisit } from '../people/visits.ts';
import { withPatience } from '../store/patience.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { hashOf, newToken } from './tokens.ts';

/** Longer names than browsers have. */
const LONGEST_USER_AGENT = 400;

/** Where a session begins: shown to the person among their sessions. */
export type SessionOrigin = Partial<Pick<RequestContext, 'ip' | 'userAgent'>>;

export interface NewSession {
  /** The cookie's value. Only its hash is kept. */
  readonly token: string;
  readonly csrfToken: string;
}

/** The sessions of the people who are signed in, in the database: every process knows them, and ending one ends it. */
export class Sessions {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Always a new one: a value that was in the browser before the sign-in opens nothing.
   *
   * @param replaced the session that the request came with, which ends
   */
  async open(
    trx: Transaction<Tables>,
    personId: string,
    replaced: SessionRef | undefined,
    { ip, userAgent }: SessionOrigin = {},
  ): Promise<NewSession> {
    const now = this.#clock.now();
    if (replaced !== undefined) await this.end(trx, replaced);
    await trx
      .deleteFrom('sessions')
      .where((where) => where.or([where('expires_ms', '<=', now), where('seen_ms', '<=', now - SESSION_IDLE_MS)]))
      .execute();
    const session = { token: newToken(), csrfToken: newToken() };
    await trx
      .insertInto('sessions')
      .values({
        hash: hashOf(session.token),
        person_id: personId,
        csrf_token: session.csrfToken,
        created_ms: now,
        seen_ms: now,
        expires_ms: now + SESSION_LIFE_MS,
        user_agent: userAgent?.slice(0, LONGEST_USER_AGENT) ?? null,
        ip: ip ?? null,
      })
      .execute();
    await noteVisit(trx, personId, now);
    return session;
  }

  /** Whom a cookie's value stands for. Nobody when the session is over or the person is disabled. */
  async find(token: string): Promise<{ readonly person: Person; readonly session: SessionRef } | undefined> {
    const { db } = this.#store;
    const hash = hashOf(token);
    const row = await db.selectFrom('sessions').selectAll().where('hash', '=', hash).executeTakeFirst();
    const now = this.#clock.now();
    if (row === undefined || !isAlive({ seenMs: row.seen_ms, expiresMs: row.expires_ms }, now)) return undefined;
    const person = await findPerson(db, row.person_id);
    if (person === undefined || person.status !== 'ENABLED') return undefined;
    if (now - row.seen_ms >= SEEN_EVERY_MS) {
      await this.#noteSeen(hash, person.id, now);
    }
    return { person, session: { hash, csrfToken: row.csrf_token } };
  }

  /** Who only reads does not wait for others that write: the next request notes it. */
  async #noteSeen(hash: string, personId: string, now: number): Promise<void> {
    const { db } = this.#store;
    try {
      await withPatience(0, async () => {
        await db.updateTable('sessions').set({ seen_ms: now }).where('hash', '=', hash).execute();
        await noteVisit(db, personId, now);
      });
    } catch (error) {
      if (!BatonError.is(error) || error.code !== Code.Unavailable) throw error;
    }
  }

  async end(trx: Transaction<Tables>, { hash }: SessionRef): Promise<void> {
    await trx.deleteFrom('sessions').where('hash', '=', hash).execute();
  }

  /** @returns how many there were */
  async endAll(trx: Transaction<Tables>, personId: string, except?: SessionRef): Promise<number> {
    const { numDeletedRows } = await trx
      .deleteFrom('sessions')
      .where('person_id', '=', personId)
      .where('hash', '!=', except?.hash ?? '')
      .executeTakeFirst();
    return Number(numDeletedRows);
  }
}
