import type { AnnouncedRequest } from '@baton-ts/connector-sdk';
import { Secret } from '@baton-ts/connector-sdk';
import { onBehalfOfHeader, pathSegment } from './names.ts';
import type { SubuserAccessEntry } from './schemas.ts';
import type { OnBehalfOf } from './transport.ts';

/** A change as a value: it is shown first, then sent as it was shown (`SendGridClient.send`). */
export interface Write {
  /** Method, path, headers and body, as they are sent; an invitation's token is masked in the path. */
  readonly announced: AnnouncedRequest;
  /** The path as it is sent, when the announced one hides a token. */
  readonly secretPath?: Secret;
  readonly route: string;
  readonly onBehalfOf?: OnBehalfOf;
  /** What it does, to be put after "refused to": `change the teammate "ann"`. */
  readonly doing: string;
  /** The scope that the API key needs. */
  readonly needs: string;
  /** How long it may wait for its turn: it replaces what was read right before. Longer: `Unavailable`, and nothing was sent. */
  readonly sendWithinMs?: number;
}

/** Time for a few requests that were queued before; more would be time for somebody else's change. */
const replaceWithinMs = 5_000;

const teammate = '/v3/teammates/{username}';
const ssoTeammate = '/v3/sso/teammates/{username}';

/** What a teammate holds afterwards, all of it: SendGrid replaces the list (`sendgrid-api.md §4.5`). */
export interface TeammateRights {
  readonly scopes: readonly string[];
  readonly isAdmin: boolean;
}

/** Replaces what a teammate who signs in with a password or Twilio Login may do. */
export function updateTeammate(username: string, rights: TeammateRights, onBehalfOf?: OnBehalfOf): Write {
  return {
    ...describe('PATCH', teammate, [pathSegment('teammate', username)], onBehalfOf, {
      scopes: rights.scopes,
      is_admin: rights.isAdmin,
    }),
    doing: `change the teammate ${JSON.stringify(username)}`,
    needs: 'teammates.update',
    sendWithinMs: replaceWithinMs,
  };
}

/** Names go with every change of an SSO teammate, so they are read before (`sendgrid-api.md §5`). */
export interface SsoNames {
  readonly firstName: string;
  readonly lastName: string;
}

/** Exactly one kind of right: SendGrid refuses them together. `access` is the whole list of subusers. */
export type SsoRights =
  | { readonly scopes: readonly string[]; readonly isAdmin?: false }
  | { readonly isAdmin: true }
  | { readonly persona: string }
  | { readonly access: readonly Pick<SubuserAccessEntry, 'id' | 'permission_type' | 'scopes'>[] };

/** Replaces what an SSO teammate may do. What is left out stays as it is. */
export function updateSsoTeammate(username: string, names: SsoNames, rights: SsoRights): Write {
  return {
    ...describe('PATCH', ssoTeammate, [pathSegment('teammate', username)], undefined, {
      first_name: names.firstName,
      last_name: names.lastName,
      ...ssoRights(rights),
    }),
    doing: `change the SSO teammate ${JSON.stringify(username)}`,
    needs: 'sso.teammates.update',
    sendWithinMs: replaceWithinMs,
  };
}

export function createSsoTeammate(email: string, names: SsoNames, rights: SsoRights): Write {
  return {
    ...describe('POST', '/v3/sso/teammates', [], undefined, {
      email,
      first_name: names.firstName,
      last_name: names.lastName,
      ...ssoRights(rights),
    }),
    doing: `create the SSO teammate ${JSON.stringify(email)}`,
    needs: 'sso.teammates.create',
  };
}

function ssoRights(rights: SsoRights): Readonly<Record<string, unknown>> {
  if ('scopes' in rights) return { scopes: rights.scopes, ...(rights.isAdmin === false && { is_admin: false }) };
  if ('isAdmin' in rights) return { is_admin: true };
  if ('persona' in rights) return { persona: rights.persona };
  const entries = rights.access.map(({ id, permission_type, scopes }) => ({
    id: Number(id),
    permission_type,
    ...(permission_type === 'restricted' && { scopes }),
  }));
  return { has_restricted_subuser_access: true, subuser_access: entries };
}

export function deleteTeammate(username: string, onBehalfOf?: OnBehalfOf): Write {
  return {
    ...describe('DELETE', teammate, [pathSegment('teammate', username)], onBehalfOf),
    doing: `delete the teammate ${JSON.stringify(username)}`,
    needs: 'teammates.delete',
  };
}

/** Invites somebody who will sign in with Twilio Login. An admin's scopes are an empty list (`sendgrid-api.md §6`). */
export function invite(email: string, rights: TeammateRights, onBehalfOf?: OnBehalfOf): Write {
  return {
    ...describe('POST', '/v3/teammates', [], onBehalfOf, { email, scopes: rights.scopes, is_admin: rights.isAdmin }),
    doing: `invite ${JSON.stringify(email)}`,
    needs: 'teammates.create',
  };
}

/** Which invitation is meant: SendGrid wants the token, people the address. */
export interface InvitationName {
  readonly token: string;
  readonly email: string;
}

export function resendInvitation({ token, email }: InvitationName, onBehalfOf?: OnBehalfOf): Write {
  return {
    ...describeSecret('POST', '/v3/teammates/pending/{token}/resend', token, onBehalfOf),
    doing: `send the invitation of ${JSON.stringify(email)} again`,
    needs: 'teammates.create',
  };
}

export function withdrawInvitation({ token, email }: InvitationName, onBehalfOf?: OnBehalfOf): Write {
  return {
    ...describeSecret('DELETE', '/v3/teammates/pending/{token}', token, onBehalfOf),
    doing: `withdraw the invitation of ${JSON.stringify(email)}`,
    needs: 'teammates.delete',
  };
}

export function deleteApiKey(id: string, onBehalfOf?: OnBehalfOf): Write {
  return {
    ...describe('DELETE', '/v3/api_keys/{api_key_id}', [pathSegment('API key', id)], onBehalfOf),
    doing: `delete the API key ${JSON.stringify(id)}`,
    needs: 'api_keys.delete',
  };
}

/** A disabled subuser can neither sign in nor send. */
export function setSubuserDisabled(username: string, disabled: boolean): Write {
  return {
    ...describe('PATCH', '/v3/subusers/{subuser_name}', [pathSegment('subuser', username)], undefined, { disabled }),
    doing: `${disabled ? 'disable' : 'enable'} the subuser ${JSON.stringify(username)}`,
    needs: 'subusers.update',
  };
}

/** Without website access nobody can sign in to the subuser, while it goes on sending. */
export function setSubuserWebsiteAccess(username: string, disabled: boolean): Write {
  const route = '/v3/subusers/{subuser_name}/website_access';
  return {
    ...describe('PATCH', route, [pathSegment('subuser', username)], undefined, { disabled }),
    doing: `switch the website access of the subuser ${JSON.stringify(username)} ${disabled ? 'off' : 'on'}`,
    needs: 'subusers.update',
  };
}

type Described = Pick<Write, 'announced' | 'route' | 'onBehalfOf' | 'secretPath'>;

function describe(
  method: AnnouncedRequest['method'],
  route: string,
  segments: readonly string[],
  onBehalfOf?: OnBehalfOf,
  body?: unknown,
): Described {
  return {
    announced: {
      method,
      path: fill(route, segments),
      ...(onBehalfOf && { headers: onBehalfOfHeader(onBehalfOf.username) }),
      ...(body !== undefined && { body }),
    },
    route,
    ...(onBehalfOf && { onBehalfOf }),
  };
}

function describeSecret(
  method: AnnouncedRequest['method'],
  route: string,
  token: string,
  onBehalfOf?: OnBehalfOf,
): Described {
  const secretPath = new Secret(fill(route, [pathSegment('invitation', token)]));
  return { ...describe(method, route, ['***'], onBehalfOf), secretPath };
}

function fill(route: string, [segment = '']: readonly string[]): string {
  return route.replace(/\{[^}]+\}/, () => segment);
}
