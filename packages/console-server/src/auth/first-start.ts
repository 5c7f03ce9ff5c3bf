import { setupPath } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { RequestContext } from '../domain/actor.ts';
import { actorOf, asTarget, insertPerson, type Person } from '../people/person.ts';
import type { Db, Store } from '../store/store.ts';
import { createLink, deleteLinks, findLink, useLink } from './one-time-links.ts';
import type { SignIn } from './sign-in.ts';

const LINK_LIFE_MS = 24 * 60 * 60_000;

/** Makes two processes that start together, or two people with the link, take turns. */
const LOCK = 'first start';

export interface FirstStartParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly signIn: SignIn;
  readonly publicUrl: URL;
}

/** How the first person comes in: with a link that the terminal shows, and nothing else. */
export class FirstStart {
  readonly #parts: FirstStartParts;

  constructor(parts: FirstStartParts) {
    this.#parts = parts;
  }

  async isNeeded(db: Db = this.#parts.store.db): Promise<boolean> {
    return (await db.selectFrom('people').select('id').limit(1).executeTakeFirst()) === undefined;
  }

  /**
   * A new link, good for 24 hours; the former ones end. For the terminal only, never for a log. The token is behind the `#`,
   * which browsers do not send to anybody.
   *
   * @returns undefined once there is somebody
   */
  async newLink(): Promise<string | undefined> {
    const { store, clock, publicUrl } = this.#parts;
    return store.transaction(async (trx) => {
      await store.lock(trx, LOCK);
      if (!(await this.isNeeded(trx))) return undefined;
      const expiresMs = clock.now() + LINK_LIFE_MS;
      const token = await createLink(trx, { purpose: 'SETUP', personId: null, expiresMs });
      return new URL(`${setupPath}#${token}`, publicUrl).href;
    });
  }

  async isGood(token: string): Promise<boolean> {
    const { store, clock } = this.#parts;
    return (await this.isNeeded()) && (await findLink(store.db, 'SETUP', token, clock.now())) !== undefined;
  }

  /** Makes the Super Administrator and signs them in. */
  async complete(
    {
      token,
      email,
      displayName,
      password,
    }: { readonly token: string; readonly email: string; readonly displayName: string; readonly password: string },
    context: RequestContext,
  ): Promise<Person> {
    const { store, clock, audit, signIn } = this.#parts;
    if (!(await this.isGood(token))) throw overNow();
    const hash = await signIn.newHash(password, email);
    return store.transaction(async (trx) => {
      await store.lock(trx, LOCK);
      const now = clock.now();
      const link = await useLink(trx, 'SETUP', token, now);
      if (link === undefined || !(await this.isNeeded(trx))) throw overNow();
      const person = await insertPerson(trx, now, {
        email,
        displayName,
        origin: 'SETUP',
        roles: ['SUPER_ADMINISTRATOR'],
      });
      await signIn.savePassword(trx, person.id, hash);
      await deleteLinks(trx, { purpose: 'SETUP', personId: null });
      await audit.append(
        trx,
        { ...context, actor: actorOf(person) },
        {
          action: 'person.created',
          target: asTarget(person),
          after: { email: person.email, origin: 'SETUP', roles: ['SUPER_ADMINISTRATOR'] },
        },
      );
      return signIn.open(trx, person, context, 'first start');
    });
  }
}

function overNow(): BatonError {
  return new BatonError(
    Code.FailedPrecondition,
    'This link does not work any more. While nobody has signed in, each start of the console prints a new one.',
  );
}
