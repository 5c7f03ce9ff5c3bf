import { addTeammate } from './account.ts';
import type { Account, Realm, Teammate } from './model.ts';

export interface Acceptance {
  /** A name of their own: a password teammate. Without, the e-mail is the name and the sign-in is Twilio's. */
  readonly username?: string;
  readonly firstName?: string;
  readonly lastName?: string;
}

/** What happens when the invited person follows the link: the token is gone and a teammate is there. */
export function acceptInvitation(account: Account, token: string, acceptance: Acceptance = {}): Teammate {
  const realms: readonly Realm[] = [account, ...[...account.subusers.values()].map(({ local }) => local)];
  const realm = realms.find(({ invitations }) => invitations.has(token));
  const invitation = realm?.invitations.get(token);
  if (!realm || !invitation) throw new Error(`There is no pending invitation with the token ${JSON.stringify(token)}.`);
  const { username = invitation.email, firstName = '', lastName = '' } = acceptance;
  if (realm.teammates.has(username)) throw new Error(`The username ${JSON.stringify(username)} is taken.`);
  realm.invitations.delete(token);
  return addTeammate(realm, {
    username,
    email: invitation.email,
    firstName,
    lastName,
    isAdmin: invitation.isAdmin,
    isUnified: acceptance.username === undefined,
    scopes: invitation.isAdmin ? [] : [...invitation.scopes],
  });
}
