import {
  type ActionOutcome,
  BatonError,
  type ChangeRequest,
  Code,
  type ConnectorAction,
} from '@baton-ts/connector-sdk';
import { ConstraintKind } from '@baton-ts/protocol/config-v1';
import { ActionType } from '@baton-ts/protocol/connector-v2';
import type { PendingInvitation } from '../../api/schemas.ts';
import { resendInvitation, type Write } from '../../api/writes.ts';
import { invitationType } from '../resource-types.ts';
import type { Source } from '../source.ts';
import { action, textField } from './action.ts';
import { announceChange, lostAndUndone, lostButDone, readBack, sendOnce } from './carry-out.ts';
import { expiryOf, invitationsOf, invitationWith, teammateOf } from './find-person.ts';

/** Sends a pending invitation again, after which it can be accepted for another seven days (`sendgrid-api.md §6`). */
export function resendAction(source: Source): ConnectorAction {
  const either = ['email', 'invitation_id'];
  return action(
    {
      name: 'resend_invitation',
      displayName: 'Send an invitation again',
      description:
        'Sends the mail with the link again. The invitation can then be accepted for another seven days, also when it had expired.',
      actionType: [ActionType.DYNAMIC],
      resourceTypeId: invitationType.id,
      arguments: [
        textField({
          name: 'email',
          displayName: 'E-mail address',
          description: 'Whose invitation, by the address that it was sent to.',
          placeholder: 'jane@example.com',
        }),
        textField({
          name: 'invitation_id',
          displayName: 'Invitation',
          description: 'Whose invitation, by the id of the resource.',
          isSecret: true,
        }),
      ],
      constraints: [
        {
          kind: ConstraintKind.AT_LEAST_ONE,
          fieldNames: either,
          name: 'which_invitation',
          helpText: 'Give the address or the id.',
        },
        {
          kind: ConstraintKind.MUTUALLY_EXCLUSIVE,
          fieldNames: either,
          name: 'one_invitation',
          helpText: 'Give the address or the id, not both.',
        },
      ],
      returnTypes: [
        textField({ name: 'email', displayName: 'E-mail address', description: 'Where the invitation was sent.' }),
        textField({
          name: 'expires_at',
          displayName: 'Can be accepted until',
          description: 'A time in UTC; empty when SendGrid does not say.',
        }),
      ],
    },
    async (args, request) => {
      const [by, value] = args.oneOf('email', 'invitation_id');
      const find =
        by === 'email' ? () => newestOf(source, value, request) : () => invitationWith(source, value, request);
      const invitation = await find();
      if (invitation === undefined) throw await notPending(source, by === 'email' ? value : undefined, request);
      return resend(source, invitation, request);
    },
  );
}

async function resend(source: Source, before: PendingInvitation, request: ChangeRequest): Promise<ActionOutcome> {
  const { email } = before;
  const write = resendInvitation(before);
  await announceChange(
    source,
    { summary: `Send the invitation of ${JSON.stringify(email)} again.`, writes: [write] },
    request,
  );
  const lost = await sendOnce(source, write, request);
  // Whether the token survives is not documented (`sendgrid-api.md §6`).
  const after = await readBack(write, () => newestOf(source, email, request));
  if (lost && (after?.expiration_date ?? 0) <= (before.expiration_date ?? 0)) throw lostAndUndone(lost);
  if (after === undefined) throw notListed(write);
  const expiry = expiryOf(after);
  if (expiry && expiry <= new Date()) {
    throw new BatonError(
      Code.Internal,
      `SendGrid said that it sent the invitation of ${JSON.stringify(email)} again, but a read shows that it has expired still. Withdraw it and invite again.`,
    );
  }
  return { notes: lostButDone(lost), response: { email, expires_at: expiry?.toISOString() ?? '' } };
}

/** Of the invitations with an address, the one that can be accepted longest. */
async function newestOf(source: Source, email: string, request: ChangeRequest): Promise<PendingInvitation | undefined> {
  const found = await invitationsOf(source, email, request);
  return found.toSorted((a, b) => (b.expiration_date ?? 0) - (a.expiration_date ?? 0))[0];
}

async function notPending(source: Source, email: string | undefined, request: ChangeRequest): Promise<BatonError> {
  const teammate = email === undefined ? undefined : await teammateOf(source, email, request);
  const whose = email === undefined ? 'with that id' : `for ${JSON.stringify(email)}`;
  const why = teammate
    ? `It was accepted: the teammate is ${JSON.stringify(teammate.username)}.`
    : 'It was accepted, withdrawn or never sent. Sync again to see who is invited.';
  return new BatonError(Code.NotFound, `There is no pending invitation ${whose}. ${why}`);
}

function notListed({ doing }: Write): BatonError {
  return new BatonError(
    Code.Aborted,
    `SendGrid was asked to ${doing}, but does not list the invitation any more: it was accepted or withdrawn at the same time. Sync again to see.`,
  );
}
