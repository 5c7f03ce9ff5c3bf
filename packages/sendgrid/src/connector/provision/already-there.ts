import type { AccountOutcome } from '@baton-ts/connector-sdk';
import type { ListedTeammate, PendingInvitation } from '../../api/schemas.ts';
import { invitationResource } from '../invitations.ts';
import { isPrivileged } from '../teammate-directory.ts';
import { teammateResource } from '../teammates.ts';
import { leastScope } from './account-schema.ts';
import { expiryOf, type FoundPerson } from './find-person.ts';
import type { WantedAccount } from './wanted-account.ts';

/** The answer when somebody with that address is a teammate or invited already; undefined when nobody is. */
export function alreadyThere({ teammate, invitation }: FoundPerson, wanted: WantedAccount): AccountOutcome | undefined {
  if (teammate) {
    return {
      result: 'already-exists',
      resource: teammateResource({ person: teammate, home: null }),
      notes: [
        `A teammate with the address ${JSON.stringify(wanted.email)} is there already; nothing was changed.`,
      ].concat(otherThanWanted(teammate, wanted)),
    };
  }
  if (invitation === undefined) return undefined;
  const expiry = expiryOf(invitation);
  return {
    result: 'already-exists',
    resource: invitationResource(invitation, new Date()),
    ...(expiry && { invitationExpiresAt: expiry }),
    notes: [`${JSON.stringify(wanted.email)} is invited already; nothing was changed.`].concat(
      differences(invitation, wanted).map(
        (what) => `That invitation ${what}. To change it, withdraw it and invite again.`,
      ),
    ),
  };
}

function otherThanWanted(teammate: ListedTeammate, wanted: WantedAccount): readonly string[] {
  if (wanted.kind === 'sso' && teammate.is_sso === false) {
    return ['That teammate does not sign in through single sign-on, and SendGrid cannot change that: delete it first.'];
  }
  const isAdmin = wanted.kind === 'sso' ? wanted.rights.kind === 'admin' : wanted.isAdmin;
  if (isPrivileged(teammate) === isAdmin) return [];
  return [`That teammate is ${isAdmin ? 'no admin' : 'an admin'}.`];
}

/** How an invitation differs from what is wanted, to be put after "That invitation". */
export function differences(invitation: PendingInvitation, wanted: WantedAccount): readonly string[] {
  if (wanted.kind === 'sso') return ['does not make a single sign-on teammate'];
  if (invitation.is_admin !== wanted.isAdmin) return [invitation.is_admin ? 'makes an admin' : 'makes no admin'];
  // The least scope is everybody's once they accept, listed or not.
  const missing = wanted.scopes.filter((name) => name !== leastScope && !invitation.scopes.includes(name));
  return missing.length === 0 ? [] : [`lacks ${missing.join(', ')}`];
}
