import { invitationPath } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Transaction } from 'kysely';
import type { AuditLog } from '../audit/audit-log.ts';
import { createLink, findLink, useLink } from '../auth/one-time-links.ts';
import type { SignIn } from '../auth/sign-in.ts';
import type { Clock } from '../clock.ts';
import type { RequestContext } from '../domain/actor.ts';
import type { Mailer } from '../mail/mailer.ts';
import { mailSetting } from '../mail/smtp.ts';
import { readSetting } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { asTarget, findPerson, getPerson, type Person } from './person.ts';

const INVITATION_DAYS = 7;

export interface InvitationParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly mailer: Mailer;
  readonly signIn: SignIn;
  readonly publicUrl: URL;
  readonly instanceName: () => Promise<string>;
}

/** Letting people choose a password, by a link that goes to their address and to nobody else. */
export class Invitations {
  readonly #parts: InvitationParts;

  constructor(parts: InvitationParts) {
    this.#parts = parts;
  }

  /** Also for somebody who has lost their password. The link before ends. */
  async invite(personId: string, context: RequestContext): Promise<Person> {
    const instanceName = await this.#parts.instanceName();
    return this.#parts.store.transaction(async (trx) =>
      this.send(trx, await getPerson(trx, personId), instanceName, context),
    );
  }

  async send(trx: Transaction<Tables>, person: Person, instanceName: string, context: RequestContext): Promise<Person> {
    const { link, invited } = await this.#make(trx, person, context);
    await this.#parts.mailer.send(trx, {
      to: person.email,
      subject: `Your access to ${instanceName}`,
      text: [
        `Hello ${person.display_name},`,
        `${context.actor.displayName} invites you to ${instanceName}. Choose your password here:`,
        link,
        `The link works once, until ${new Date(invited.invited_until_ms).toUTCString()}. If you did not expect this mail, leave it: without the link nothing happens.`,
      ].join('\n\n'),
      secrets: [link],
    });
    return invited;
  }

  /**
   * A link that the inviter hands over, where no mail server can bring it. It is in the answer and nowhere else; the one
   * before ends.
   *
   * @throws BatonError `FailedPrecondition` where a mail server is set up: the link is for the addressee's eyes then
   */
  async linkToHandOver(personId: string, context: RequestContext): Promise<{ link: string; expiresMs: number }> {
    return this.#parts.store.transaction(async (trx) => {
      if ((await readSetting(trx, mailSetting)) !== null) {
        throw new BatonError(
          Code.FailedPrecondition,
          'A mail server is set up. Invite the person again; the link goes by mail.',
        );
      }
      const { link, invited } = await this.#make(trx, await getPerson(trx, personId), context);
      return { link, expiresMs: invited.invited_until_ms };
    });
  }

  async #make(trx: Transaction<Tables>, person: Person, context: RequestContext) {
    const { clock, audit, publicUrl } = this.#parts;
    if (person.status !== 'ENABLED') {
      throw new BatonError(Code.FailedPrecondition, `${person.display_name} is disabled. Enable them first.`);
    }
    const expiresMs = clock.now() + INVITATION_DAYS * 24 * 60 * 60_000;
    const token = await createLink(trx, { purpose: 'INVITATION', personId: person.id, expiresMs });
    const changes = { invited_until_ms: expiresMs };
    await trx.updateTable('people').set(changes).where('id', '=', person.id).execute();
    await audit.append(trx, context, {
      action: 'person.invited',
      target: asTarget(person),
      after: { invitedUntil: new Date(expiresMs).toISOString() },
    });
    return { link: new URL(`${invitationPath}#${token}`, publicUrl).href, invited: { ...person, ...changes } };
  }

  /** Whom a link is for, if it still works. */
  async check(token: string): Promise<Person | undefined> {
    const { store, clock } = this.#parts;
    const link = await findLink(store.db, 'INVITATION', token, clock.now());
    const person = link?.personId === undefined ? undefined : await findPerson(store.db, link.personId);
    return person?.status === 'ENABLED' ? person : undefined;
  }

  /** Sets the password and signs in. Sessions that were begun with another one end. */
  async accept(
    { token, password }: { readonly token: string; readonly password: string },
    context: RequestContext,
  ): Promise<Person> {
    const { store, clock, signIn } = this.#parts;
    const invited = await this.check(token);
    if (invited === undefined) throw over();
    const hash = await signIn.newHash(password, invited.email);
    return store.transaction(async (trx) => {
      const link = await useLink(trx, 'INVITATION', token, clock.now());
      const person = link?.personId === undefined ? undefined : await findPerson(trx, link.personId);
      if (person?.status !== 'ENABLED') throw over();
      await signIn.savePassword(trx, person.id, hash);
      await signIn.sessions.endAll(trx, person.id);
      return signIn.open(trx, person, context, 'invitation');
    });
  }
}

function over(): BatonError {
  return new BatonError(Code.FailedPrecondition, 'This invitation does not work any more. Ask for a new one.');
}
