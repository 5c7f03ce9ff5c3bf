import { addTeammate, effectiveScopes } from '../account.ts';
import { ApiError, forbidden } from '../api-error.ts';
import { type Call, ok, optionalFlag, optionalScopes, type Route, requiredText } from '../call.ts';
import type { Account, SubuserRights, Teammate } from '../model.ts';
import { isAssignedBySendGrid } from '../scope-names.ts';
import { refuseTakenEmail } from './invitations.ts';
import { checkAssignable, listItem, teammateOf, withoutWhatDoesNotStick } from './teammates.ts';

export const ssoTeammateRoutes: readonly Route[] = [
  { method: 'POST', template: '/v3/sso/teammates', scope: 'sso.teammates.create', inSubuser: false, handle: create },
  {
    method: 'PATCH',
    template: '/v3/sso/teammates/{username}',
    scope: 'sso.teammates.update',
    inSubuser: false,
    handle: edit,
  },
];

/** The real presets are undocumented as scope lists (`sendgrid-api.md §5`); these stand in for them. */
const personas: Readonly<Record<string, readonly string[]>> = {
  accountant: ['billing.read', 'stats.read'],
  developer: ['api_keys.create', 'api_keys.read', 'api_keys.update', 'mail.send', 'messages.read', 'stats.read'],
  marketer: ['design_library.read', 'marketing.read', 'stats.read', 'templates.read', 'templates.update'],
  observer: ['messages.read', 'stats.read', 'suppression.read'],
};

interface Wanted {
  readonly isAdmin: boolean | undefined;
  readonly scopes: readonly string[] | undefined;
  readonly restricted: boolean | undefined;
  readonly access: Map<number, SubuserRights> | undefined;
}

function create(call: Call) {
  refuseExtendedKey(call, 'sso.teammates.create');
  const email = requiredText(call.body, 'email');
  const firstName = requiredText(call.body, 'first_name');
  const lastName = requiredText(call.body, 'last_name');
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) throw new ApiError(400, 'email is invalid', 'email');
  const wanted = readWanted(call, []);
  if (wanted.scopes?.length === 0 && wanted.isAdmin !== true && wanted.restricted !== true) {
    throw new ApiError(400, 'scopes cannot be empty', 'scopes');
  }
  refuseTakenEmail(call, email);
  if (call.account.teammates.size - 1 + call.account.invitations.size >= call.account.teammateLimit) {
    throw new ApiError(400, 'the teammate limit of your plan is reached');
  }
  // An invalid scope in subuser_access is not refused here: the access is dropped without a word.
  const isDropped = wanted.access !== undefined && !hasOnlyValidScopes(call.account, wanted.access);
  const teammate = addTeammate(call.account, { username: email, firstName, lastName, isSso: true });
  apply(teammate, isDropped ? { ...wanted, restricted: false, access: undefined } : wanted);
  const { username: _, user_type: __, ...rest } = echo(call, teammate);
  return { status: 201, body: { ...rest, ...(wanted.restricted && { scopes: [] }) } };
}

function edit(call: Call) {
  refuseExtendedKey(call, 'sso.teammates.update');
  const teammate = teammateOf(call);
  const firstName = requiredText(call.body, 'first_name');
  const lastName = requiredText(call.body, 'last_name');
  if (teammate.isOwner) throw forbidden();
  if (!teammate.isSso) throw new ApiError(400, 'teammate is not an SSO teammate', 'username');
  const wanted = readWanted(call, teammate.scopes);
  const staysRestricted = wanted.restricted ?? (teammate.isRestricted && wanted.isAdmin !== true);
  if (staysRestricted && wanted.scopes !== undefined && wanted.scopes.length > 0) throw noScopesWhenRestricted();
  if (wanted.access && !hasOnlyValidScopes(call.account, wanted.access))
    throw new ApiError(500, 'invalid scopes provided');
  teammate.firstName = firstName;
  teammate.lastName = lastName;
  apply(teammate, wanted);
  const answer = { ...listItem(teammate), ...echo(call, teammate) };
  if (wanted.scopes?.includes('user.profile.update')) {
    answer.scopes = [...effectiveScopes(call.account, undefined, teammate), 'user.profile.update'].sort();
  }
  return ok(answer);
}

/** A restricted key that was given the scope later is still refused here, a new key is not. */
function refuseExtendedKey({ key }: Call, scope: string): void {
  if (!key.firstScopes.includes(scope)) throw forbidden();
}

const noScopesWhenRestricted = () =>
  new ApiError(400, 'cannot specify scopes for a restricted subuser access teammate', 'scopes');

function readWanted(call: Call, held: readonly string[]): Wanted {
  const { body } = call;
  const isAdmin = optionalFlag(body, 'is_admin');
  const restricted = optionalFlag(body, 'has_restricted_subuser_access');
  const scopes = optionalScopes(body);
  const access = body.subuser_access === undefined ? undefined : readAccess(call, body.subuser_access);
  const persona = readPersona(body.persona);
  const grantsScopes = scopes !== undefined && scopes.length > 0;
  if (access && restricted !== true) {
    throw new ApiError(400, 'has_restricted_subuser_access must be true with subuser_access', 'subuser_access');
  }
  if (restricted && grantsScopes) throw noScopesWhenRestricted();
  if (restricted && (isAdmin || persona)) {
    throw new ApiError(400, 'restricted subuser access excludes persona and is_admin', 'has_restricted_subuser_access');
  }
  if (isAdmin && (grantsScopes || persona)) throw new ApiError(400, 'an admin has no scopes or persona', 'is_admin');
  if (persona && grantsScopes) throw new ApiError(400, 'scopes and persona exclude each other', 'persona');
  if (scopes) checkAssignable(call, scopes, held);
  return { isAdmin, restricted, access, scopes: persona ?? scopes };
}

function readPersona(persona: unknown): readonly string[] | undefined {
  if (persona === undefined) return undefined;
  const scopes = typeof persona === 'string' && Object.hasOwn(personas, persona) ? personas[persona] : undefined;
  if (scopes) return scopes;
  throw new ApiError(400, 'invalid persona', 'persona');
}

function readAccess({ account }: Call, value: unknown): Map<number, SubuserRights> {
  const invalid = (what: string) => new ApiError(400, `invalid subuser_access: ${what}`, 'subuser_access');
  if (!Array.isArray(value)) throw invalid('not an array');
  const known = new Set([...account.subusers.values()].map(({ id }) => id));
  const access = new Map<number, SubuserRights>();
  for (const entry of value as readonly unknown[]) {
    if (typeof entry !== 'object' || entry === null) throw invalid('not an object');
    const { id, permission_type: type, scopes = [] } = entry as Record<string, unknown>;
    if (typeof id !== 'number' || !known.has(id)) throw invalid('unknown id');
    if (type !== 'admin' && type !== 'restricted') throw invalid('permission_type');
    if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === 'string')) throw invalid('scopes');
    if (type === 'admin' && scopes.length > 0) throw invalid('scopes of an admin entry');
    access.set(id, { permissionType: type, scopes: [...new Set<string>(scopes)] });
  }
  return access;
}

function hasOnlyValidScopes(account: Account, access: ReadonlyMap<number, SubuserRights>): boolean {
  const catalogue = new Set(account.catalogue);
  return [...access.values()].every(({ scopes }) =>
    scopes.every((scope) => catalogue.has(scope) && !isAssignedBySendGrid(scope)),
  );
}

/** What is left out of a request stays as it is. Root scopes stay when a teammate becomes restricted. */
function apply(teammate: Teammate, { isAdmin, restricted, access, scopes }: Wanted): void {
  if (isAdmin !== undefined) teammate.isAdmin = isAdmin;
  if (scopes && restricted !== true) teammate.scopes = withoutWhatDoesNotStick(scopes);
  if (restricted !== undefined) teammate.isRestricted = restricted;
  if (access) teammate.access = access;
  if (teammate.isAdmin) {
    teammate.isRestricted = false;
    teammate.scopes = [];
  }
  if (!teammate.isRestricted) teammate.access = new Map();
}

function echo({ account }: Call, teammate: Teammate): Record<string, unknown> {
  const { username, email, firstName, lastName, isAdmin, isOwner, isRestricted, access } = teammate;
  const entries = [...access].map(([id, { permissionType, scopes }]) =>
    permissionType === 'admin'
      ? { id, permission_type: permissionType }
      : { id, permission_type: permissionType, scopes: scopes.toSorted() },
  );
  return {
    username,
    email,
    first_name: firstName,
    last_name: lastName,
    is_admin: isAdmin,
    is_sso: true,
    user_type: isOwner ? 'owner' : isAdmin ? 'admin' : 'teammate',
    scopes: effectiveScopes(account, undefined, teammate),
    has_restricted_subuser_access: isRestricted,
    ...(isRestricted && { subuser_access: entries }),
  };
}
