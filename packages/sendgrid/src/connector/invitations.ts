import { type ResourceTypePart, userResource } from '@baton-ts/connector-sdk';
import { type Resource, UserTrait_AccountType } from '@baton-ts/protocol/connector-v2';
import { onlyNew } from '../api/paging.ts';
import type { PendingInvitation } from '../api/schemas.ts';
import { rememberScopes, sessionKey } from './facts.ts';
import { invitationType } from './resource-types.ts';
import type { Source, SourceRequest } from './source.ts';

export function invitationPart(source: Source): ResourceTypePart {
  return {
    type: invitationType,
    permissions: ['teammates.read'],
    async list({ parent, pageToken, ...request }) {
      if (parent) return { items: [] };
      const offset = pageToken === '' ? 0 : Number(pageToken);
      const page = await readPage(source, offset, request);
      const items = page.invitations.map((invitation) => invitationResource(invitation, new Date()));
      return { items, nextPageToken: page.nextOffset === undefined ? '' : String(page.nextOffset) };
    },
    async get({ id, signal }) {
      for await (const page of source.client.pendingPages({ signal })) {
        const found = page.find(({ token }) => token === id.resource);
        if (found) return invitationResource(found, new Date());
      }
      return undefined;
    },
  };
}

async function readPage(source: Source, offset: number, { session, signal }: SourceRequest) {
  const page = await source.client.pendingPage({ offset, signal });
  // A page that is read again after an interruption must not meet its own rows: only those of earlier pages count.
  const seen = new Set<string>();
  const prefix = sessionKey.invitation('');
  for (const [key, at] of session.entries(prefix)) if (Number(at) < offset) seen.add(key.slice(prefix.length));
  const invitations = onlyNew('/v3/teammates/pending', page.items, ({ token }) => token, seen);
  for (const { token, scopes } of invitations) {
    session.set(sessionKey.invitation(token), String(offset));
    rememberScopes(session, scopes);
  }
  return { invitations, nextOffset: page.nextOffset };
}

/** Nobody can sign in with an invitation: it is disabled, and the details say until when it can be accepted. */
export function invitationResource(invitation: PendingInvitation, now: Date): Resource {
  const { token, email, is_admin, is_read_only, scopes, expiration_date } = invitation;
  const expires = expiration_date ? new Date(expiration_date * 1000) : undefined;
  const profile = {
    email,
    is_admin,
    ...(typeof is_read_only === 'boolean' && { is_read_only }),
    scopes: [...scopes].sort(),
    ...(expires && { expires_at: expires.toISOString() }),
  };
  return userResource(
    {
      type: invitationType,
      id: token,
      displayName: email === '' ? 'Invitation without an address' : email,
      profile,
      status: { status: 'disabled', details: statusDetails(expires, now) },
    },
    {
      accountType: UserTrait_AccountType.HUMAN,
      login: email,
      emails: email === '' ? [] : [{ address: email, isPrimary: true }],
    },
  );
}

function statusDetails(expires: Date | undefined, now: Date): string {
  if (expires === undefined) return 'invited';
  return expires <= now ? 'invitation expired' : `invited, expires ${expires.toISOString().replace('.000Z', 'Z')}`;
}
