import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Transaction } from 'kysely';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { RequestContext } from '../domain/actor.ts';
import { passwordProblem } from '../domain/password-rules.ts';
import { SESSION_LIFE_MS } from '../domain/session-life.ts';
import { actorOf, asTarget, findPerson, findPersonByEmail, type Person, plainEmail } from '../people/person.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { Cookie } from './cookies.ts';
import { KnownDevices } from './known-devices.ts';
import { deleteLinks } from './one-time-links.ts';
import type { PasswordHashes } from './password-hashes.ts';
import { Sessions } from './sessions.ts';
import { Throttles } from './throttles.ts';
import type { TokenKey } from './token-key.ts';

export interface SignInParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly hashes: PasswordHashes;
  readonly tokenKey: TokenKey;
  /** Where browsers reach the console. */
  readonly publicUrl: URL;
}

/** Signing in with a password, staying signed in, and signing out. */
export class SignIn {
  readonly sessions: Sessions;
  readonly cookie: Cookie;
  readonly #parts: SignInParts;
  readonly #throttles: Throttles;
  readonly #devices: KnownDevices;

  constructor(parts: SignInParts) {
    this.#parts = parts;
    this.sessions = new Sessions(parts.store, parts.clock);
    this.cookie = new Cookie('console', parts.publicUrl);
    this.#throttles = new Throttles(parts.store, parts.clock);
    this.#devices = new KnownDevices(parts.tokenKey, parts.clock, parts.publicUrl);
  }

  /**
   * The answer to a wrong password and to an address that nobody has is the same, and takes the same time.
   *
   * @throws BatonError `Unauthenticated`, or `ResourceExhausted` after too many failures
   */
  async withPassword(
    { email, password }: { readonly email: string; readonly password: string },
    context: RequestContext,
  ): Promise<Person> {
    const { store, hashes } = this.#parts;
    const found = await findPersonByEmail(store.db, email);
    const stored = found === undefined ? undefined : await this.#passwordOf(found.id);
    const knownBy =
      found === undefined || stored === undefined
        ? undefined
        : await this.#devices.find({ id: found.id, since: stored.changed_ms }, context);
    const attempt = { email: plainEmail(email), ip: context.ip, knownBy };
    await this.#throttles.begin(attempt);
    const verdict = await hashes.verify(password, stored?.hash);
    if (found === undefined || verdict === 'wrong' || found.status !== 'ENABLED') {
      await this.#refuse(context, found);
      throw wrong();
    }
    const better = verdict === 'outdated' ? await hashes.hash(password) : undefined;
    const signedIn = await store.transaction(async (trx) => {
      // Between the two somebody may have disabled the person or changed the password.
      const person = await findPerson(trx, found.id);
      if (person?.status !== 'ENABLED' || (await this.#passwordOf(found.id, trx))?.hash !== stored?.hash)
        return undefined;
      await this.#throttles.succeed(trx, attempt);
      if (better !== undefined) {
        await trx.updateTable('passwords').set({ hash: better }).where('person_id', '=', person.id).execute();
      }
      return this.open(trx, person, context, 'password');
    });
    if (signedIn === undefined) throw wrong();
    return signedIn;
  }

  /** Begins a session for somebody who has proven to be that person, and gives its cookie to the answer. */
  async open(
    trx: Transaction<Tables>,
    person: Person,
    context: RequestContext,
    by: 'password' | 'first start' | 'invitation' | 'OpenID Connect',
  ): Promise<Person> {
    const { audit, clock } = this.#parts;
    const session = await this.sessions.open(trx, person.id, context.session, context);
    // Whoever is in needs no invitation; a link that is still in a mailbox must not set a password.
    await deleteLinks(trx, { purpose: 'INVITATION', personId: person.id });
    const changes = { last_sign_in_ms: clock.now(), invited_until_ms: null };
    await trx.updateTable('people').set(changes).where('id', '=', person.id).execute();
    const asThemselves = { ...context, actor: actorOf(person) };
    await audit.append(trx, asThemselves, { action: 'session.opened', target: asTarget(person), after: { by } });
    context.setCookie?.(this.cookie.set(session.token, SESSION_LIFE_MS));
    await this.#devices.remember(trx, person.id, context);
    return { ...person, ...changes };
  }

  async out(context: RequestContext): Promise<void> {
    const { store, audit } = this.#parts;
    const { session } = context;
    context.setCookie?.(this.cookie.clear());
    if (session === undefined) return;
    await store.transaction(async (trx) => {
      await this.sessions.end(trx, session);
      await audit.append(trx, context, { action: 'session.ended' });
    });
  }

  /** Signs out everywhere, here as well. @returns how many sessions ended */
  async outEverywhere(context: RequestContext): Promise<number> {
    const { store, audit } = this.#parts;
    const ended = await store.transaction(async (trx) => {
      const count = await this.sessions.endAll(trx, context.actor.id);
      await audit.append(trx, context, { action: 'session.all_ended', after: { sessions: count } });
      return count;
    });
    context.setCookie?.(this.cookie.clear());
    return ended;
  }

  /** The other sessions of the person end: whoever knew the old password is out. */
  async changePassword(
    { currentPassword, newPassword }: { readonly currentPassword: string; readonly newPassword: string },
    context: RequestContext,
  ): Promise<void> {
    const { store, audit, hashes } = this.#parts;
    const { session } = context;
    if (session === undefined) throw new BatonError(Code.PermissionDenied, 'Sign in to change your password.');
    const person = await findPerson(store.db, context.actor.id);
    const stored = await this.#passwordOf(context.actor.id);
    if (person === undefined || stored === undefined) {
      throw new BatonError(
        Code.FailedPrecondition,
        'You sign in through another service and have no password here. Change it there.',
      );
    }
    const attempt = { email: person.email, ip: context.ip, knownBy: session.hash };
    await this.#throttles.begin(attempt);
    if ((await hashes.verify(currentPassword, stored.hash)) === 'wrong') {
      throw new BatonError(Code.InvalidArgument, 'The current password is wrong.');
    }
    const hash = await this.newHash(newPassword, person.email);
    await store.transaction(async (trx) => {
      await this.#throttles.succeed(trx, attempt);
      await this.savePassword(trx, person.id, hash);
      const ended = await this.sessions.endAll(trx, person.id, session);
      await audit.append(trx, context, {
        action: 'person.password_changed',
        target: asTarget(person),
        after: { otherSessionsEnded: ended },
      });
      await this.#devices.remember(trx, person.id, context);
    });
  }

  /** @throws BatonError `InvalidArgument` when such a password may not be chosen */
  async newHash(password: string, email: string): Promise<string> {
    const problem = passwordProblem(password, email);
    if (problem !== undefined) throw new BatonError(Code.InvalidArgument, problem);
    return this.#parts.hashes.hash(password);
  }

  async savePassword(trx: Transaction<Tables>, personId: string, hash: string): Promise<void> {
    const values = { hash, changed_ms: this.#parts.clock.now() };
    await trx
      .insertInto('passwords')
      .values({ person_id: personId, ...values })
      .onConflict((conflict) => conflict.column('person_id').doUpdateSet(values))
      .execute();
  }

  #passwordOf(personId: string, db: Transaction<Tables> | Store['db'] = this.#parts.store.db) {
    const query = db.selectFrom('passwords').select(['hash', 'changed_ms']).where('person_id', '=', personId);
    return query.executeTakeFirst();
  }

  /** What was typed as the address of nobody is not written down: it may be a password. */
  async #refuse(context: RequestContext, person: Person | undefined): Promise<void> {
    const { store, audit } = this.#parts;
    const target = person === undefined ? {} : { target: asTarget(person) };
    await store.transaction((trx) => audit.append(trx, context, { action: 'session.refused', ...target }));
  }
}

function wrong(): BatonError {
  return new BatonError(Code.Unauthenticated, 'The e-mail address or the password is wrong.');
}
