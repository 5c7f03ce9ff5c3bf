import type { SessionShown } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { Clock } from '../clock.ts';
import type { RequestContext } from '../domain/actor.ts';
import { deviceName } from '../domain/device-name.ts';
import { isAlive } from '../domain/session-life.ts';
import type { Store } from '../store/store.ts';
import { asTarget, getPerson } from './person.ts';

export interface SessionListParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly sessions: Sessions;
}

/** The most that are shown: the newest. */
const MOST_SHOWN = 100;

/** Where people are signed in, and how that ends. */
export class SessionList {
  readonly #parts: SessionListParts;

  constructor(parts: SessionListParts) {
    this.#parts = parts;
  }

  /** The one that the request came with first, then the one that was used last. */
  async of(personId: string, { session }: RequestContext): Promise<SessionShown[]> {
    const { store, clock } = this.#parts;
    const rows = await store.db
      .selectFrom('sessions')
      .select(['hash', 'created_ms', 'seen_ms', 'expires_ms', 'user_agent', 'ip'])
      .where('person_id', '=', personId)
      .orderBy('seen_ms', 'desc')
      .orderBy('hash')
      .limit(MOST_SHOWN)
      .execute();
    const now = clock.now();
    const shown = rows
      .filter((row) => isAlive({ seenMs: row.seen_ms, expiresMs: row.expires_ms }, now))
      .map((row) => ({
        // Names the session and opens nothing: only the cookie does.
        id: row.hash,
        device: deviceName(row.user_agent ?? ''),
        ip: row.ip ?? '',
        signedInAt: new Date(row.created_ms).toISOString(),
        lastSeenAt: new Date(row.seen_ms).toISOString(),
        isCurrent: row.hash === session?.hash,
      }));
    return shown.toSorted((one, other) => Number(other.isCurrent) - Number(one.isCurrent));
  }

  /**
   * Ends one of one's own.
   *
   * @throws BatonError `NotFound`, also for that of somebody else
   */
  async end(sessionId: string, context: RequestContext): Promise<void> {
    const { store, audit } = this.#parts;
    await store.transaction(async (trx) => {
      const ended = await trx
        .deleteFrom('sessions')
        .where('hash', '=', sessionId)
        .where('person_id', '=', context.actor.id)
        .returning(['user_agent', 'ip'])
        .executeTakeFirst();
      if (ended === undefined) {
        throw new BatonError(Code.NotFound, 'This session has ended already, or is not yours.');
      }
      await audit.append(trx, context, {
        action: 'session.other_ended',
        after: { device: deviceName(ended.user_agent ?? ''), signedInFrom: ended.ip ?? '' },
      });
    });
  }

  /** Signs out everywhere but here. @returns how many sessions ended */
  async endOthers(context: RequestContext): Promise<number> {
    const { store, audit, sessions } = this.#parts;
    return store.transaction(async (trx) => {
      const ended = await sessions.endAll(trx, context.actor.id, context.session);
      await audit.append(trx, context, { action: 'session.others_ended', after: { sessions: ended } });
      return ended;
    });
  }

  /** Signs somebody out everywhere. Their API keys go on. @returns how many sessions ended */
  async endAllOf(personId: string, context: RequestContext): Promise<number> {
    const { store, audit, sessions } = this.#parts;
    return store.transaction(async (trx) => {
      const person = await getPerson(trx, personId);
      const ended = await sessions.endAll(trx, person.id);
      await audit.append(trx, context, {
        action: 'person.signed_out',
        target: asTarget(person),
        after: { sessionsEnded: ended },
      });
      return ended;
    });
  }
}
