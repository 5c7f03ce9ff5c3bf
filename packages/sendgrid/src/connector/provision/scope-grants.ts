import {
  BatonError,
  type ChangeOutcome,
  type ChangeRequest,
  Code,
  type GrantOutcome,
  type GrantRequest,
  grant,
  grantAlreadyExists,
  grantAlreadyRevoked,
  grantMetadata,
  type RevokeRequest,
} from '@baton-ts/connector-sdk';
import type { Entitlement, Resource } from '@baton-ts/protocol/connector-v2';
import { statusOf } from '../../api/errors.ts';
import type { TeammateDetail } from '../../api/schemas.ts';
import type { Write } from '../../api/writes.ts';
import { baselineScopes, knownScopes, neverKeptScope, selfServiceScopes } from '../scope-catalogue.ts';
import { isAutomatic } from '../scopes.ts';
import type { Source } from '../source.ts';
import { isPrivileged } from '../teammate-directory.ts';
import { announceChange, lostAndUndone, lostButDone, readBack, readThenWrite, sendOnce } from './carry-out.ts';
import { capital, listed, nameOf, notFound, type Person, readDetail, readPerson, refused } from './person.ts';
import { changedMeanwhile, hasPassword, isSelfAssigned, refuseOwner, replaceScopes } from './rights.ts';

/** Gives one scope to a teammate: reads, writes the list with it, reads again. */
export async function grantScope(source: Source, request: GrantRequest): Promise<GrantOutcome> {
  const { entitlement, principal } = request;
  const made = await setScope(source, scopeOf(entitlement), true, principal, request);
  if (made === 'gone') throw notFound(principal);
  if (made === 'as it was') return { annotations: [grantAlreadyExists()] };
  const { home, notes } = made;
  const annotations = home ? [grantMetadata({ subuser: home.username, subuser_id: home.id })] : [];
  return { grants: [grant(entitlement, principal, { annotations })], notes };
}

/** Takes one scope from a teammate: reads, writes the list without it, reads again. */
export async function revokeScope(source: Source, request: RevokeRequest): Promise<ChangeOutcome> {
  const { entitlement, principal } = request.grant;
  if (entitlement === undefined || principal === undefined) throw incomplete();
  const made = await setScope(source, scopeOf(entitlement), false, principal, request);
  if (made === 'gone' || made === 'as it was') return { annotations: [grantAlreadyRevoked()] };
  return { notes: made.notes };
}

export function incomplete(): BatonError {
  return new BatonError(
    Code.InvalidArgument,
    'A grant to be revoked must come with its entitlement, the resource of that, and its principal.',
  );
}

function scopeOf(entitlement: Entitlement): string {
  const scope = entitlement.resource?.id?.resource ?? '';
  if (scope === '') throw incomplete();
  if (!isAutomatic(scope)) return scope;
  throw refused(`SendGrid assigns the scope ${scope} by itself: it can be neither given nor taken away.`);
}

interface Made {
  readonly home: Person['home'];
  readonly notes: readonly string[];
}

/** One change: whose list it is about, the scope, and whether the person is to hold it. */
interface ScopeChange {
  readonly person: Person;
  readonly scope: string;
  readonly wanted: boolean;
}

function setScope(
  source: Source,
  scope: string,
  wanted: boolean,
  principal: Resource,
  request: ChangeRequest,
): Promise<Made | 'gone' | 'as it was'> {
  return readThenWrite(request, async () => {
    const person = await readPerson(source, principal, request);
    if (person === undefined) return 'gone';
    const change = { person, scope, wanted };
    refuseWhoHoldsNoOwnScopes(change);
    if (person.detail.scopes.includes(scope) === wanted) return 'as it was';
    refuseFixed(change);
    if (wanted) await requireHeldByKey(source, scope, request);
    return { home: person.home, notes: await replaceAndConfirm(source, change, request) };
  });
}

function refuseWhoHoldsNoOwnScopes({ person, scope, wanted }: ScopeChange): void {
  const { detail, access } = person;
  refuseOwner(person);
  if (isPrivileged(detail)) {
    const instead =
      person.home === undefined
        ? 'Take the admin role away first (revoke role:admin:assigned), then give the scopes that are to stay.'
        : 'Change that in SendGrid, signed in to the subuser.';
    throw refused(
      `${capital(nameOf(person))} is an admin and holds every scope through that, so ${scope} can be neither given nor taken away alone. ${instead}`,
    );
  }
  if (access?.restricted && (wanted || detail.scopes.includes(scope))) {
    throw refused(
      `${capital(nameOf(person))} is restricted to subusers, so scopes of the account do not count for it and SendGrid refuses to change them. Change its access to a subuser instead.`,
    );
  }
}

function refuseFixed({ person, scope }: ScopeChange): void {
  if (!isSelfAssigned(person.detail, scope)) return;
  throw refused(
    `SendGrid assigns ${scope} by itself to whoever signs in with a password, like ${nameOf(person)}: it can be neither given nor taken away.`,
  );
}

/** Nobody can give a scope that the calling key does not hold (`sendgrid-api.md §4.5`). */
async function requireHeldByKey(source: Source, scope: string, request: ChangeRequest): Promise<void> {
  if ((await source.keyHolds(scope, request)) !== false) return;
  throw new BatonError(
    Code.PermissionDenied,
    `The API key does not hold ${scope} itself, and SendGrid lets nobody give what they do not hold. Use a key that holds it, or give it in SendGrid.`,
  );
}

/** Returns notes for the person. */
async function replaceAndConfirm(
  source: Source,
  change: ScopeChange,
  request: ChangeRequest,
): Promise<readonly string[]> {
  const { person } = change;
  const sent = afterwards(change).filter((name) => !isSelfAssigned(person.detail, name));
  const { write, lost } = await sendScopes(source, change, sent, request).catch(async (error: unknown) => {
    if (statusOf(error) !== 400) throw error;
    const withoutSelfService = sent.filter((name) => !selfServiceScopes.has(name));
    // When SendGrid does not say how somebody signs in, its refusal does: these scopes are refused only for passwords,
    // whose owners are given them again, so nothing is lost without them.
    const mayRepeat = hasPassword(person.detail) === undefined && !selfServiceScopes.has(change.scope);
    if (!mayRepeat || withoutSelfService.length === sent.length) throw await withSuspects(source, error, sent, request);
    return sendScopes(source, change, withoutSelfService, request);
  });
  const now = await readBack(write, () => readDetail(source, person.username, person.home, request));
  return confirm(change, now, lost, write);
}

function afterwards({ person, scope, wanted }: ScopeChange): readonly string[] {
  const others = person.detail.scopes.filter((name) => name !== scope);
  return [...new Set(wanted ? [...others, scope] : others)].sort();
}

async function sendScopes(
  source: Source,
  change: ScopeChange,
  sent: readonly string[],
  request: ChangeRequest,
): Promise<{ readonly write: Write; readonly lost: BatonError | undefined }> {
  const { person, scope, wanted } = change;
  const write = replaceScopes(person, sent);
  const summary = wanted ? `Give ${scope} to ${nameOf(person)}.` : `Take ${scope} from ${nameOf(person)}.`;
  const before = person.detail.scopes.toSorted();
  await announceChange(source, { summary, writes: [write], before, after: afterwards(change) }, request);
  return { write, lost: await sendOnce(source, write, request) };
}

/** Compares what is there now with what was asked for. Throws when the change is not there, or something else is gone. */
function confirm(
  change: ScopeChange,
  now: TeammateDetail | undefined,
  lost: BatonError | undefined,
  { doing }: Write,
): readonly string[] {
  const { person, scope, wanted } = change;
  if (now === undefined) {
    if (wanted) throw changedMeanwhile(person, 'it was deleted');
    return [`${capital(nameOf(person))} is gone altogether: somebody deleted it meanwhile.`];
  }
  if (isPrivileged(now)) throw changedMeanwhile(person, 'it is an admin now and holds every scope');
  const held = new Set(now.scopes);
  const gone = afterwards(change).filter((name) => name !== scope && !held.has(name));
  const before = new Set(person.detail.scopes);
  const more = now.scopes.filter((name) => name !== scope && !before.has(name));
  const byOthers = more.filter((name) => !baselineScopes.has(name) && !isSelfAssigned(now, name));
  if (held.has(scope) !== wanted) {
    if (lost !== undefined && gone.length === 0 && more.length === 0) throw lostAndUndone(lost);
    throw didNotStick(change, now, [...gone, ...byOthers]);
  }
  if (gone.length > 0) {
    const done = wanted ? `holds ${scope}` : `no longer holds ${scope}`;
    throw changedMeanwhile(
      person,
      `it ${done}, as asked, but has lost ${listed(gone)}, which was sent along. Now it holds ${listed(now.scopes)}`,
    );
  }
  const notes = [...lostButDone(lost)];
  if (byOthers.length > 0) {
    notes.push(
      `While SendGrid was asked to ${doing}, somebody else gave it ${listed(byOthers)}. Nothing of that was touched.`,
    );
  }
  return notes;
}

/** SendGrid took the write, and a read shows that it changed nothing. */
function didNotStick(change: ScopeChange, now: TeammateDetail, others: readonly string[]): BatonError {
  const { person, scope, wanted } = change;
  const name = nameOf(person);
  if (!wanted && baselineScopes.has(scope) && others.length === 0) {
    return new BatonError(
      Code.FailedPrecondition,
      `SendGrid gives ${scope} to every teammate by itself, so it came back when it was taken from ${name}. It cannot be taken away; everything else is as it was.`,
    );
  }
  if (wanted && scope === neverKeptScope && others.length === 0) {
    return new BatonError(
      Code.FailedPrecondition,
      `SendGrid took ${scope} for ${name} without a word and did not keep it, as it does for every teammate. Everything else is as it was.`,
    );
  }
  const state = wanted ? `does not hold ${scope}` : `still holds ${scope}`;
  const besides = others.length === 0 ? '' : ` Besides, this has changed: ${listed(others)}.`;
  return new BatonError(
    Code.Aborted,
    `SendGrid took the change, but a read shows that ${name} ${state}: somebody else changed it at the same time, or SendGrid did not keep it.${besides} Now it holds ${listed(now.scopes)}. Nothing was written again.`,
  );
}

/** SendGrid does not say which scopes it refuses. None that the person holds is left out to find out: it would be lost. */
async function withSuspects(
  source: Source,
  error: unknown,
  sent: readonly string[],
  request: ChangeRequest,
): Promise<unknown> {
  // A key that may not ask what it holds can suspect only names that nobody knows.
  const ofKey = new Set(await source.keyScopes(request).catch(() => sent));
  const suspects = sent.filter((name) => !ofKey.has(name) || !knownScopes.has(name));
  if (suspects.length === 0 || !BatonError.is(error)) return error;
  return new BatonError(
    error.code,
    `${error.message} Suspected: ${listed(suspects)}, which the API key does not hold or this version does not know. SendGrid replaces the whole list, so nothing that the teammate holds was left out to try again.`,
    { cause: error },
  );
}
