import { type ChangeOutcome, type DeleteRequest, resourceDoesNotExist } from '@baton-ts/connector-sdk';
import { withdrawInvitation } from '../../api/writes.ts';
import type { Source } from '../source.ts';
import { invitationWith } from './find-person.ts';
import { remove } from './remove.ts';

/** Withdraws an invitation, so that nobody can accept it any more. Its id is its token, which no text may hold. */
export async function deleteInvitation(source: Source, request: DeleteRequest): Promise<ChangeOutcome> {
  const token = request.id.resource;
  const invitation = await invitationWith(source, token, request);
  const done =
    invitation &&
    (await remove(
      source,
      {
        name: `the invitation of ${JSON.stringify(invitation.email)}`,
        write: withdrawInvitation(invitation),
        before: invitation.is_admin ? ['every scope of the account'] : invitation.scopes.toSorted(),
        isThere: async () => (await invitationWith(source, token, request)) !== undefined,
      },
      request,
    ));
  return (
    done ?? {
      annotations: [resourceDoesNotExist()],
      notes: [
        'The invitation is not pending any more: it was withdrawn, or accepted. Sync again; if the person is a teammate by now, remove the teammate.',
      ],
    }
  );
}
