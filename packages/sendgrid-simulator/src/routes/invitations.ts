import { addInvitation, invitationLifeMs, visibleTeammates } from '../account.ts';
import { ApiError, unassignable } from '../api-error.ts';
import { type Call, noContent, ok, type Route, requiredFlag, requiredScopes, requiredText } from '../call.ts';
import type { Invitation } from '../model.ts';
import { pageOf } from '../paging.ts';
import { checkAssignable } from './teammates.ts';

export const invitationRoutes: readonly Route[] = [
  { method: 'GET', template: '/v3/teammates/pending', scope: 'teammates.read', inSubuser: true, handle: list },
  { method: 'POST', template: '/v3/teammates', scope: 'teammates.create', inSubuser: true, handle: invite },
  {
    method: 'POST',
    template: '/v3/teammates/pending/{token}/resend',
    scope: 'teammates.create',
    inSubuser: true,
    handle: resend,
  },
  {
    method: 'DELETE',
    template: '/v3/teammates/pending/{token}',
    scope: 'teammates.delete',
    inSubuser: true,
    handle: withdraw,
  },
];

/** Refused in an invitation, beyond what every write refuses (`sendgrid-api.md §6`). */
const notInInvitations = new Set(['user.profile.update', 'user.password.update']);

function shown({ email, scopes, isAdmin, token, expiresAtMs }: Invitation): Record<string, unknown> {
  return { email, scopes, is_admin: isAdmin, token, expiration_date: Math.floor(expiresAtMs / 1000) };
}

function list(call: Call) {
  const { rows, link } = pageOf(call, '/v3/teammates/pending', [...call.realm.invitations.values()]);
  return { ...ok({ result: rows.map(shown) }), link };
}

function invite(call: Call) {
  const { account, realm, body, nowMs } = call;
  const email = requiredText(body, 'email');
  if (email.length < 5 || email.length > 255 || !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) {
    throw new ApiError(400, 'email is invalid', 'email');
  }
  const isAdmin = requiredFlag(body, 'is_admin');
  const scopes = requiredScopes(body);
  if (isAdmin && scopes.length > 0) throw new ApiError(400, 'scopes must be empty for an admin', 'scopes');
  if (!isAdmin && scopes.length === 0) throw new ApiError(400, 'scopes cannot be empty', 'scopes');
  if (scopes.some((scope) => notInInvitations.has(scope))) throw unassignable();
  checkAssignable(call, scopes);
  refuseTakenEmail(call, email);
  if (realm.teammates.size - 1 + realm.invitations.size >= account.teammateLimit) {
    throw new ApiError(400, 'the teammate limit of your plan is reached');
  }
  const invitation = addInvitation(account, realm, { email, scopes, isAdmin, expiresAtMs: nowMs + invitationLifeMs });
  return { status: 201, body: { token: invitation.token, email, scopes, is_admin: isAdmin } };
}

export function refuseTakenEmail(call: Call, email: string): void {
  const wanted = email.toLowerCase();
  const isTaken = [...visibleTeammates(call.account, call), ...call.realm.invitations.values()].some(
    (known) => known.email.toLowerCase() === wanted,
  );
  if (isTaken) throw new ApiError(400, 'this email already exists', 'email');
}

function resend(call: Call) {
  const invitation = call.realm.invitations.get(call.names[0] ?? '');
  if (!invitation) throw new ApiError(404, 'invalid pending key', 'pending_id');
  invitation.expiresAtMs = call.nowMs + invitationLifeMs;
  return ok(shown(invitation));
}

function withdraw(call: Call) {
  if (call.realm.invitations.delete(call.names[0] ?? '')) return noContent;
  throw new ApiError(404, 'unable to find pending invite', 'pending_id');
}
