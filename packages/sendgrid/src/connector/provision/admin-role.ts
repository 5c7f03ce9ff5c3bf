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
  type RevokeRequest,
} from '@baton-ts/connector-sdk';
import type { Entitlement } from '@baton-ts/protocol/connector-v2';
import type { Source } from '../source.ts';
import { isPrivileged } from '../teammate-directory.ts';
import { announceChange, lostAndUndone, lostButDone, readBack, readThenWrite, sendOnce } from './carry-out.ts';
import type { AdminLoss } from './last-admin.ts';
import { capital, listed, nameOf, notFound, type Person, readDetail, readPerson, refused } from './person.ts';
import { changedMeanwhile, makeAdmin, refuseOwner, replaceScopes } from './rights.ts';
import { incomplete } from './scope-grants.ts';

export interface AdminRoleOptions {
  readonly source: Source;
  /** What somebody keeps who is no admin any more. */
  readonly demoteScopes: readonly string[];
  readonly losses: AdminLoss;
}

/** Gives and takes the admin role of the account. */
export class AdminRole {
  readonly #options: AdminRoleOptions;

  constructor(options: AdminRoleOptions) {
    this.#options = options;
  }

  async grant(request: GrantRequest): Promise<GrantOutcome> {
    const { entitlement, principal } = request;
    const { source } = this.#options;
    requireAdminRole(entitlement);
    return readThenWrite(request, async () => {
      const person = await readPerson(source, principal, request);
      if (person === undefined) throw notFound(principal);
      refuseOwner(person);
      refuseInSubuser(person);
      if (person.detail.is_admin) return { annotations: [grantAlreadyExists()] };
      return { grants: [grant(entitlement, principal)], notes: await this.#promote(person, request) };
    });
  }

  async revoke(request: RevokeRequest): Promise<ChangeOutcome> {
    const { entitlement, principal } = request.grant;
    if (entitlement === undefined || principal === undefined) throw incomplete();
    requireAdminRole(entitlement);
    return this.#options.losses.oneAtATime(request, () =>
      readThenWrite(request, async () => {
        const person = await readPerson(this.#options.source, principal, request);
        if (person === undefined) return { annotations: [grantAlreadyRevoked()] };
        refuseOwner(person);
        refuseInSubuser(person);
        if (!person.detail.is_admin) return { annotations: [grantAlreadyRevoked()] };
        return { notes: await this.#demote(person, request) };
      }),
    );
  }

  async #promote(person: Person, request: ChangeRequest): Promise<readonly string[]> {
    const { source } = this.#options;
    const name = nameOf(person);
    const write = makeAdmin(person);
    const before = person.detail.scopes.toSorted();
    const summary = `Make ${name} an admin of the account.`;
    await announceChange(source, { summary, writes: [write], before, after: ['every scope of the account'] }, request);
    const lost = await sendOnce(source, write, request);
    const now = await readBack(write, () => readDetail(source, person.username, undefined, request));
    if (now === undefined) throw changedMeanwhile(person, 'it was deleted');
    if (!now.is_admin) throw lost ? lostAndUndone(lost) : didNotStick(person, 'is no admin', now.scopes);
    const notes = [...lostButDone(lost)];
    if (person.access?.restricted) {
      const subusers = person.access.entries.map(({ username, id }) => username || id);
      notes.push(
        `${capital(name)} was restricted to subusers (${listed(subusers)}). As an admin it reaches everything; that restriction is gone and does not come back when the role is taken away.`,
      );
    }
    return notes;
  }

  async #demote(person: Person, request: ChangeRequest): Promise<readonly string[]> {
    const { source, demoteScopes, losses } = this.#options;
    const name = nameOf(person);
    const keyNotes = await losses.refuseLast(person, 'can no longer change people', request);
    const write = replaceScopes(person, demoteScopes);
    const summary = `Take the admin role from ${name}, who keeps ${listed(demoteScopes)}.`;
    const before = ['every scope of the account'];
    await announceChange(source, { summary, writes: [write], before, after: demoteScopes.toSorted() }, request);
    const lost = await sendOnce(source, write, request);
    const now = await readBack(write, () => readDetail(source, person.username, undefined, request));
    if (now === undefined) return [`${capital(name)} is gone altogether: somebody deleted it meanwhile.`];
    if (isPrivileged(now)) throw lost ? lostAndUndone(lost) : didNotStick(person, 'is still an admin', []);
    const notes = [...lostButDone(lost), `${capital(name)} is no admin any more. It holds ${listed(now.scopes)}.`];
    const missing = demoteScopes.filter((scope) => !now.scopes.includes(scope));
    if (missing.length > 0) notes.push(`SendGrid did not keep ${listed(missing)}, which it was to hold.`);
    return [...notes, ...keyNotes];
  }
}

function requireAdminRole({ resource }: Entitlement): void {
  const role = resource?.id?.resource ?? '';
  if (role === 'admin') return;
  if (role === 'owner') {
    throw refused('Only SendGrid support changes who owns an account: the owner role can be neither given nor taken.');
  }
  throw new BatonError(Code.NotFound, `SendGrid has no role ${JSON.stringify(role)}: there are owner and admin.`);
}

function refuseInSubuser(person: Person): void {
  if (person.home === undefined) return;
  throw refused(
    `${capital(nameOf(person))} exists only there, so it cannot be an admin of the account. Invite the person to the account instead.`,
  );
}

function didNotStick(person: Person, state: string, scopes: readonly string[]): BatonError {
  const held = scopes.length === 0 ? '' : ` Now it holds ${listed(scopes)}.`;
  return new BatonError(
    Code.Aborted,
    `SendGrid took the change, but a read shows that ${nameOf(person)} ${state}: somebody else changed it at the same time, or SendGrid did not keep it.${held} Nothing was written again.`,
  );
}
