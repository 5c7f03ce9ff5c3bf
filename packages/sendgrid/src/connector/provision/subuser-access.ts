import {
  BatonError,
  type ChangeOutcome,
  type ChangeRequest,
  Code,
  entitlementId,
  findAnnotation,
  type GrantOutcome,
  type GrantRequest,
  grant,
  grantAlreadyExists,
  grantAlreadyRevoked,
  grantId,
  grantMetadata,
  grantReplaced,
  type RevokeRequest,
} from '@baton-ts/connector-sdk';
import { type Entitlement, GrantMetadataSchema, type Resource } from '@baton-ts/protocol/connector-v2';
import type { SubuserAccess } from '../../api/client.ts';
import type { SubuserAccessEntry } from '../../api/schemas.ts';
import { updateSsoTeammate } from '../../api/writes.ts';
import { baselineScopes } from '../scope-catalogue.ts';
import { isAutomatic } from '../scopes.ts';
import type { Source } from '../source.ts';
import { isPrivileged } from '../teammate-directory.ts';
import { compareAccess } from './access-changes.ts';
import { announceChange, lostAndUndone, lostButDone, readBack, readThenWrite, sendOnce } from './carry-out.ts';
import { capital, listed, nameOf, notFound, type Person, readPerson, refused } from './person.ts';
import { changedMeanwhile, isSelfAssigned, refuseOwner, ssoNamesOf } from './rights.ts';
import { incomplete } from './scope-grants.ts';

/** What somebody may do in a subuser when nothing else is said: the least that SendGrid gives anyway. */
const leastScopes: readonly string[] = ['user.profile.read'];

type Level = SubuserAccessEntry['permission_type'];

/** A person who is restricted to these subusers, or is to be. */
interface Restricted {
  readonly person: Person;
  readonly access: SubuserAccess;
  readonly subuser: Resource;
}

/** Gives an SSO teammate access to one subuser, instead of the other kind of access when there is one. */
export async function grantSubuserAccess(source: Source, request: GrantRequest): Promise<GrantOutcome> {
  const { entitlement, principal } = request;
  const { subuser, id, level } = partsOf(entitlement);
  return readThenWrite(request, async () => {
    const person = await readPerson(source, principal, request);
    if (person === undefined) throw notFound(principal);
    const access = requireAccess(person);
    const entry = access.entries.find((one) => one.id === id);
    if (access.restricted && entry?.permission_type === level) return { annotations: [grantAlreadyExists()] };
    if (!access.restricted) refuseLossOfScopes(person);
    const scopes = level === 'restricted' ? [...wantedScopes(entitlement)] : [];
    const wanted = { id, username: subuser.displayName, permission_type: level, scopes };
    const others = access.entries.filter((one) => one.id !== id);
    const summary = `Let ${nameOf(person)} act in the subuser ${quoted(subuser)} as ${level}.`;
    const { now, notes } = await replaceAccess(
      source,
      { person, access, subuser },
      [...others, wanted],
      summary,
      request,
    );
    const made = now.entries.find((one) => one.id === id);
    const missing = scopes.filter((scope) => !made?.scopes.includes(scope));
    if (made?.permission_type !== level || missing.length > 0) {
      throw changedMeanwhile(person, `it may now act in ${describeAll(now)}`);
    }
    const replaced = entry && grantId({ ...entitlement, id: otherId(entitlement, entry) }, principalId(principal));
    return {
      grants: [grant(entitlement, principal, { annotations: annotationsOf(made) })],
      annotations: replaced === undefined ? [] : [grantReplaced(replaced)],
      notes: [...notes, ...aboutGrant(person, made, access.restricted)],
    };
  });
}

/** Takes the access to one subuser away from an SSO teammate. The teammate stays restricted, to none when it was the last. */
export async function revokeSubuserAccess(source: Source, request: RevokeRequest): Promise<ChangeOutcome> {
  const { entitlement, principal } = request.grant;
  if (entitlement === undefined || principal === undefined) throw incomplete();
  const { subuser, id, level } = partsOf(entitlement);
  return readThenWrite(request, async () => {
    const person = await readPerson(source, principal, request);
    if (person === undefined) return { annotations: [grantAlreadyRevoked()] };
    const access = requireAccess(person);
    const entry = access.entries.find((one) => one.id === id);
    if (!access.restricted || entry?.permission_type !== level) return { annotations: [grantAlreadyRevoked()] };
    const others = access.entries.filter((one) => one.id !== id);
    if (others.length === 0) refuseWideningByLast(person, subuser);
    const summary = `Take the access to the subuser ${quoted(subuser)} from ${nameOf(person)}.`;
    const { now, notes } = await replaceAccess(source, { person, access, subuser }, others, summary, request);
    if (now.entries.some((one) => one.id === id)) {
      throw changedMeanwhile(person, `it may still act in ${describeAll(now)}`);
    }
    if (now.entries.length > 0) return { notes };
    const left = now.restricted
      ? `${capital(nameOf(person))} is still restricted to subusers and may act in none. Delete the teammate when it is not needed any more.`
      : `SendGrid has lifted the restriction of ${nameOf(person)} with its last subuser: it holds the read scopes of the account that everybody has.`;
    return { notes: [...notes, left] };
  });
}

function partsOf(entitlement: Entitlement): { readonly subuser: Resource; readonly id: string; readonly level: Level } {
  const { resource: subuser, slug, id: entitlementName } = entitlement;
  const id = subuser?.id?.resource ?? '';
  if (subuser?.id === undefined || id === '') throw incomplete();
  // Some callers send an entitlement by its id alone.
  const level = (['admin', 'restricted'] as const).find(
    (one) => slug === one || (slug === '' && subuser.id && entitlementName === entitlementId(subuser.id, one)),
  );
  if (level === undefined || !/^\d+$/.test(id)) {
    throw new BatonError(
      Code.InvalidArgument,
      `${JSON.stringify(entitlementName)} is no access to a subuser: there are subuser:<id>:admin and subuser:<id>:restricted.`,
    );
  }
  return { subuser, id, level };
}

/** The access of somebody for whom it can be changed. Throws for everybody else, with the reason. */
function requireAccess(person: Person): SubuserAccess {
  const { detail, home, access } = person;
  const name = capital(nameOf(person));
  refuseOwner(person);
  if (home !== undefined) {
    throw refused(`${name} exists only there, so its access to subusers cannot be changed. Change it in SendGrid.`);
  }
  if (isPrivileged(detail)) {
    throw refused(
      `${name} is an admin and reaches every subuser through that role. Take the admin role away first (revoke role:admin:assigned).`,
    );
  }
  if (detail.is_sso === false) {
    throw refused(
      `SendGrid's API changes access to subusers for SSO teammates only, and ${nameOf(person)} signs in another way. Change it in SendGrid, under Settings, Teammates.`,
    );
  }
  if (access === undefined) {
    throw refused(
      `SendGrid does not tell which subusers ${nameOf(person)} may act in, and its list would be replaced as a whole. The plan has no subusers, or the API key may not ask.`,
    );
  }
  return access;
}

/** Restricting somebody ends all that they may do in the account itself. */
function refuseLossOfScopes(person: Person): void {
  const lost = ownScopesOf(person);
  if (lost.length === 0) return;
  throw refused(
    `${capital(nameOf(person))} is not restricted to subusers and holds scopes of the account, which would no longer count: ${listed(lost)}. Revoke them first, then give access to the subuser.`,
  );
}

/**
 * What SendGrid makes of an empty list is documented nowhere. Should it lift the restriction, the scopes of the account
 * would count again, so it is sent only when there are none.
 */
function refuseWideningByLast(person: Person, subuser: Resource): void {
  const back = ownScopesOf(person);
  if (back.length === 0) return;
  throw refused(
    `${quoted(subuser)} is the last subuser of ${nameOf(person)}. Without any, SendGrid might lift the restriction and give back the scopes of the account that it still lists: ${listed(back)}. Delete the teammate, or give access to another subuser first.`,
  );
}

/** The scopes of the account that somebody was given, without those that SendGrid gives everybody. */
function ownScopesOf({ detail }: Person): readonly string[] {
  return detail.scopes.filter((name) => !isSelfAssigned(detail, name) && !baselineScopes.has(name));
}

/** Writes the whole list and reads it again, through all pages. Throws when somebody else's entries are not as they were. */
async function replaceAccess(
  source: Source,
  { person, access }: Restricted,
  entries: readonly SubuserAccessEntry[],
  summary: string,
  request: ChangeRequest,
): Promise<{ readonly now: SubuserAccess; readonly notes: readonly string[] }> {
  const sent = entries.map((entry) => ({ ...entry, scopes: entry.scopes.filter((name) => !isAutomatic(name)) }));
  const write = updateSsoTeammate(person.username, ssoNamesOf(person.detail), { access: sent });
  const before = access.entries.map(describeEntry);
  await announceChange(source, { summary, writes: [write], before, after: entries.map(describeEntry) }, request);
  const lost = await sendOnce(source, write, request);
  const now = await readBack(write, () => source.client.subuserAccess(person.username, { signal: request.signal }));
  const { gone, more } = compareAccess(sent, now.entries);
  const isUnchanged = now.restricted === access.restricted && compareAccess(access.entries, now.entries).isSame;
  if (isUnchanged) throw lost ? lostAndUndone(lost) : nothingChanged(person, now);
  if (!now.restricted && sent.length > 0) {
    throw changedMeanwhile(person, 'it is no longer restricted to subusers, so its scopes of the account count again');
  }
  if (gone.length > 0) {
    throw changedMeanwhile(person, `${listed(gone)} is gone. Now it may act in ${describeAll(now)}`);
  }
  const notes = [...lostButDone(lost)];
  if (more.length > 0)
    notes.push(`Somebody else gave it more at the same time: ${listed(more)}. That was not touched.`);
  return { now, notes };
}

function nothingChanged(person: Person, now: SubuserAccess): BatonError {
  return new BatonError(
    Code.Aborted,
    `SendGrid took the change, but a read shows that the access of ${nameOf(person)} is as it was: ${describeAll(now)}. Somebody else changed it back, or SendGrid did not keep it. Nothing was written again.`,
  );
}

/** The scopes that an entitlement asks for in its metadata; else the least. */
function wantedScopes({ annotations }: Entitlement): readonly string[] {
  const scopes = findAnnotation(annotations, GrantMetadataSchema)?.metadata?.['scopes'];
  if (!Array.isArray(scopes)) return leastScopes;
  const names = scopes.filter((name) => typeof name === 'string' && name !== '');
  return names.length === 0 ? leastScopes : [...new Set(names.map(String))].sort();
}

function aboutGrant(person: Person, { permission_type, scopes }: SubuserAccessEntry, wasRestricted: boolean): string[] {
  const notes: string[] = [];
  if (permission_type === 'restricted') {
    notes.push(
      `In that subuser ${nameOf(person)} now holds ${listed(scopes.toSorted())}. More can be given in SendGrid, under Settings, Teammates.`,
    );
  }
  if (!wasRestricted) {
    notes.push(
      `${capital(nameOf(person))} is restricted to subusers from now on: the read scopes of the account that everybody has do not count for it any more.`,
    );
  }
  return notes;
}

function annotationsOf({ permission_type, scopes }: SubuserAccessEntry) {
  return permission_type === 'restricted' ? [grantMetadata({ scopes: scopes.toSorted() })] : [];
}

function otherId({ resource }: Entitlement, { permission_type }: SubuserAccessEntry): string {
  if (resource?.id === undefined) throw incomplete();
  return entitlementId(resource.id, permission_type);
}

function principalId({ id }: Resource) {
  if (id === undefined) throw incomplete();
  return id;
}

function describeEntry({ id, username, permission_type }: SubuserAccessEntry): string {
  return `${username || id} (${permission_type})`;
}

function describeAll({ restricted, entries }: SubuserAccess): string {
  return restricted ? listed(entries.map(describeEntry)) : 'the account itself, not restricted to subusers';
}

function quoted(subuser: Resource): string {
  return JSON.stringify(subuser.displayName || subuser.id?.resource);
}
