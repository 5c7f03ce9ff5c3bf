import { catalogueIn, effectiveScopes, findTeammate, visibleTeammates } from '../account.ts';
import { ApiError, forbidden, unassignable } from '../api-error.ts';
import { type Call, noContent, ok, type Route, requiredFlag, requiredScopes } from '../call.ts';
import type { Teammate } from '../model.ts';
import { largestPage, pageOf, wholeNumber } from '../paging.ts';
import { isAssignedBySendGrid, subuserBaselineScopes } from '../scope-names.ts';

const one = '/v3/teammates/{username}';

export const teammateRoutes: readonly Route[] = [
  { method: 'GET', template: '/v3/teammates', scope: 'teammates.read', inSubuser: true, handle: list },
  { method: 'GET', template: one, scope: 'teammates.read', inSubuser: true, handle: read },
  { method: 'PATCH', template: one, scope: 'teammates.update', inSubuser: true, handle: update },
  { method: 'DELETE', template: one, scope: 'teammates.delete', inSubuser: true, handle: remove },
  {
    method: 'GET',
    template: '/v3/teammates/{username}/subuser_access',
    scope: 'teammates.read',
    inSubuser: false,
    handle: subuserAccess,
  },
];

export function listItem(teammate: Teammate): Record<string, unknown> {
  return {
    username: teammate.username,
    email: teammate.email,
    first_name: teammate.firstName,
    last_name: teammate.lastName,
    address: '',
    address2: '',
    city: teammate.city,
    state: '',
    zip: '',
    country: teammate.country,
    company: teammate.company,
    website: '',
    phone: teammate.phone,
    is_admin: teammate.isAdmin,
    is_sso: teammate.isSso,
    user_type: teammate.isOwner ? 'owner' : teammate.isAdmin ? 'admin' : 'teammate',
    is_unified: teammate.isUnified,
    is_partner_sso: teammate.isPartnerSso,
  };
}

export function teammateOf(call: Call): Teammate {
  const teammate = findTeammate(call.account, call, call.names[0] ?? '');
  if (teammate) return teammate;
  throw new ApiError(404, 'teammate does not exist', 'username');
}

/**
 * Refuses scopes that cannot be given: unknown, assigned by SendGrid itself, or beyond the calling key. What the person
 * holds already is not being given, so that may be beyond the key.
 */
export function checkAssignable(call: Call, scopes: readonly string[], held: readonly string[] = []): void {
  const catalogue = new Set(catalogueIn(call.account, call.subuser));
  const within = new Set([...call.key.scopes, ...held]);
  if (scopes.some((scope) => !catalogue.has(scope) || isAssignedBySendGrid(scope) || !within.has(scope))) {
    throw unassignable();
  }
}

export function detail(call: Call, teammate: Teammate): Record<string, unknown> {
  const scopes = effectiveScopes(call.account, call.subuser, teammate);
  return { ...listItem(teammate), scopes, is_read_only: false };
}

/** `user.profile.update` is accepted and echoed, and gone at the next read (`sendgrid-api.md §4.5`). */
export function withoutWhatDoesNotStick(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => scope !== 'user.profile.update');
}

function list(call: Call) {
  const { rows, link } = pageOf(call, '/v3/teammates', visibleTeammates(call.account, call));
  return { ...ok({ result: rows.map(listItem) }), link };
}

function read(call: Call) {
  return ok(detail(call, teammateOf(call)));
}

function update(call: Call) {
  const teammate = teammateOf(call);
  const isAdmin = requiredFlag(call.body, 'is_admin');
  const scopes = requiredScopes(call.body);
  refuseOwnerAndParent(call, teammate);
  if (isAdmin && scopes.length > 0) throw new ApiError(400, 'scopes must be empty for an admin', 'scopes');
  if (teammate.isRestricted && !isAdmin && scopes.length > 0) {
    throw new ApiError(400, 'cannot specify scopes for a restricted subuser access teammate', 'scopes');
  }
  checkAssignable(call, scopes, teammate.scopes);
  teammate.isAdmin = isAdmin;
  teammate.scopes = withoutWhatDoesNotStick(scopes);
  if (isAdmin) {
    teammate.isRestricted = false;
    teammate.access = new Map();
  }
  const answer = detail(call, teammate);
  if (!isAdmin && scopes.includes('user.profile.update')) {
    answer.scopes = [...effectiveScopes(call.account, call.subuser, teammate), 'user.profile.update'].sort();
  }
  return ok(answer);
}

function remove(call: Call) {
  const teammate = teammateOf(call);
  refuseOwnerAndParent(call, teammate);
  call.realm.teammates.delete(teammate.username);
  return noContent;
}

/** Undocumented; the owner cannot be changed, nor a parent's admin from within a subuser. */
function refuseOwnerAndParent({ realm }: Call, teammate: Teammate): void {
  if (teammate.isOwner || realm.teammates.get(teammate.username) !== teammate) throw forbidden();
}

function subuserAccess(call: Call) {
  const { account, query } = call;
  if (account.plan === 'free') throw forbidden();
  const teammate = teammateOf(call);
  const limit = Math.min(Math.max(1, wholeNumber(query, 'limit', 100)), largestPage);
  const after = wholeNumber(query, 'after_subuser_id', 0);
  const name = query.get('username');
  const entries = [...account.subusers.values()]
    .filter(({ id, username }) => {
      const isReachable = teammate.isAdmin || !teammate.isRestricted || teammate.access.has(id);
      return isReachable && id > after && (name === null || username === name);
    })
    .sort((a, b) => a.id - b.id);
  const rows = entries.slice(0, limit).map(({ id, username, email, disabled }) => {
    const rights = teammate.access.get(id);
    const permission = teammate.isAdmin ? 'admin' : (rights?.permissionType ?? 'admin');
    const scopes =
      permission === 'restricted' ? [...new Set([...subuserBaselineScopes, ...(rights?.scopes ?? [])])] : [];
    return { id, username, email, disabled, permission_type: permission, scopes: scopes.sort() };
  });
  const next =
    entries.length > limit ? { after_subuser_id: rows.at(-1)?.id, limit, ...(name && { username: name }) } : {};
  return ok({
    has_restricted_subuser_access: teammate.isRestricted && !teammate.isAdmin,
    subuser_access: rows,
    _metadata: { next_params: next },
  });
}
