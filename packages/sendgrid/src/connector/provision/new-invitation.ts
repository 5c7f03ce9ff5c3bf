import type { AccountOutcome, CallRequest } from '@baton-ts/connector-sdk';
import { BatonError, Code } from '@baton-ts/connector-sdk';
import { invite, type Write } from '../../api/writes.ts';
import { invitationResource } from '../invitations.ts';
import type { Source } from '../source.ts';
import { alreadyThere, differences } from './already-there.ts';
import { readBack } from './carry-out.ts';
import { checkScopes } from './check-scopes.ts';
import type { Creation } from './create-account.ts';
import { expiryOf, findPerson } from './find-person.ts';
import type { WantedInvitation } from './wanted-account.ts';

export async function newInvitation(source: Source, wanted: WantedInvitation, request: CallRequest): Promise<Creation> {
  const { email, scopes, isAdmin } = wanted;
  const write = invite(email, { scopes, isAdmin });
  return {
    write,
    summary: `Invite ${JSON.stringify(email)}${isAdmin ? ' as an admin' : ''}.`,
    after: isAdmin ? undefined : scopes,
    notes: await checkScopes(source, scopes, 'invitation', request),
    confirm: (during) => confirm(source, wanted, write, during),
  };
}

/** SendGrid tells only in its list until when the invitation can be accepted. */
async function confirm(
  source: Source,
  wanted: WantedInvitation,
  write: Write,
  request: CallRequest,
): Promise<AccountOutcome> {
  const email = JSON.stringify(wanted.email);
  const { invitation, teammate } = await readBack(write, () => findPerson(source, wanted.email, request));
  if (invitation === undefined) {
    const accepted = teammate && alreadyThere({ teammate, invitation, expired: [] }, wanted)?.resource;
    if (accepted)
      return { result: 'created', resource: accepted, notes: [`${email} has accepted the invitation already.`] };
    throw new BatonError(
      Code.Internal,
      `SendGrid said that it invited ${email}, but does not list the invitation. Look in SendGrid under Settings, Teammates before you invite again.`,
    );
  }
  const [difference] = differences(invitation, wanted);
  if (difference !== undefined) {
    throw new BatonError(
      Code.Internal,
      `${email} is invited, but not as asked: the invitation ${difference}. It holds ${invitation.scopes.join(', ') || 'no scopes'}. Withdraw it and invite again, or change the scopes once it is accepted.`,
    );
  }
  const expiry = expiryOf(invitation);
  return {
    result: 'created',
    resource: invitationResource(invitation, new Date()),
    ...(expiry && { invitationExpiresAt: expiry }),
  };
}
