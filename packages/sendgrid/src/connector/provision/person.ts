import { BatonError, type CallRequest, Code, DeclinedError } from '@baton-ts/connector-sdk';
import type { Resource } from '@baton-ts/protocol/connector-v2';
import type { SubuserAccess } from '../../api/client.ts';
import { saysNotFound } from '../../api/errors.ts';
import type { Subuser, TeammateDetail } from '../../api/schemas.ts';
import { invitationType, teammateType } from '../resource-types.ts';
import type { Source } from '../source.ts';
import { isPrivileged } from '../teammate-directory.ts';

/** A teammate as SendGrid shows it now, read right before a change. */
export interface Person {
  readonly username: string;
  readonly detail: TeammateDetail;
  /** The subuser in which the teammate exists; undefined for teammates of the account itself. */
  readonly home: Subuser | undefined;
  /** Undefined when nobody was asked, or SendGrid does not tell: only SSO teammates are restricted through the API. */
  readonly access: SubuserAccess | undefined;
}

/** `the teammate "ann"`, with its subuser when it exists only there. */
export function nameOf({ username, home }: Pick<Person, 'username' | 'home'>): string {
  const name = `the teammate ${JSON.stringify(username)}`;
  return home === undefined ? name : `${name} of the subuser ${JSON.stringify(home.username)}`;
}

/** The username of a principal that can hold things. Throws for invitations and for everything that is no person. */
export function usernameOf(principal: Resource | undefined): string {
  const { resourceType = '', resource = '' } = principal?.id ?? {};
  if (resourceType === teammateType.id && resource !== '') return resource;
  if (resourceType === invitationType.id) {
    // An invitation's id is its token, which lets its finder in: it is never shown.
    throw new BatonError(
      Code.FailedPrecondition,
      `The invitation of ${JSON.stringify(principal?.displayName ?? '')} has not been accepted, and SendGrid cannot change what a pending invitation gives. Withdraw it and invite again.`,
    );
  }
  throw new BatonError(
    Code.InvalidArgument,
    `Only teammates can be given something in SendGrid, not the ${resourceType || 'resource'} ${JSON.stringify(resource)}.`,
  );
}

/**
 * Reads a teammate afresh, inside the subuser that is its parent when it has one. Undefined: it does not exist (any
 * more). Whether an SSO teammate is restricted to subusers is asked side by side when the synced profile says that it
 * is one, so that the write can follow the read at once.
 */
export async function readPerson(
  source: Source,
  principal: Resource,
  request: CallRequest,
): Promise<Person | undefined> {
  const username = usernameOf(principal);
  // Asked now, once per process, so that later nothing stands between the read and the write.
  if ((await source.keyHolds('teammates.read', request)) === false) throw cannotRead(username);
  const homeId = principal.parentResourceId?.resource ?? '';
  const home = homeId === '' ? undefined : await source.subuser(homeId, request);
  if (homeId !== '' && home === undefined) return undefined;
  const isKnownSso = home === undefined && principal.profile?.['is_sso'] === true;
  const early = isKnownSso ? readAccess(source, username, request) : undefined;
  // Awaited only after the detail, whose failure comes first.
  early?.catch(() => undefined);
  const detail = await readDetail(source, username, home, request);
  if (detail === undefined) return undefined;
  const mayBeRestricted = home === undefined && detail.is_sso !== false && !isPrivileged(detail);
  const access = mayBeRestricted ? await (early ?? readAccess(source, username, request)) : undefined;
  return { username, detail, home, access };
}

function cannotRead(username: string): BatonError {
  return new BatonError(
    Code.PermissionDenied,
    `The API key cannot read the teammate ${JSON.stringify(username)}: it lacks teammates.read. Give it to the key in SendGrid under Settings, API Keys, or make a key with full access.`,
  );
}

/** Reads a teammate again after a change. */
export async function readDetail(
  source: Source,
  username: string,
  home: Subuser | undefined,
  { signal }: CallRequest,
): Promise<TeammateDetail | undefined> {
  try {
    return await source.client.teammate(username, { signal, onBehalfOf: home });
  } catch (error) {
    if (saysNotFound(error)) return undefined;
    throw error;
  }
}

async function readAccess(source: Source, username: string, request: CallRequest): Promise<SubuserAccess | undefined> {
  try {
    return await source.client.subuserAccess(username, { signal: request.signal });
  } catch (error) {
    if (await source.isOutOfReach(error, request)) return undefined;
    throw error;
  }
}

export function notFound(principal: Resource): BatonError {
  const inside = principal.parentResourceId ? ' in that subuser' : '';
  return new BatonError(
    Code.NotFound,
    `There is no teammate ${JSON.stringify(principal.id?.resource ?? '')}${inside} any more. Sync again to see who is there.`,
  );
}

/** A change that is not made, whoever asks: nothing was sent. */
export function refused(message: string): DeclinedError {
  return new DeclinedError(message);
}

/** Names for a sentence, cut where nobody would read on. */
export function listed(names: readonly string[]): string {
  const most = 12;
  if (names.length === 0) return 'nothing';
  const shown = names.slice(0, most).join(', ');
  return names.length <= most ? shown : `${shown} and ${names.length - most} more`;
}

/** For a name at the start of a sentence. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
