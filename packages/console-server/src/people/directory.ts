import type { CheckedRequest, Role } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { sql, type Transaction } from 'kysely';
import type { AuditLog } from '../audit/audit-log.ts';
import { changedFields } from '../audit/changes.ts';
import type { ApiKeys } from '../auth/api-keys/api-keys.ts';
import { deleteLinks } from '../auth/one-time-links.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { Clock } from '../clock.ts';
import type { RequestContext } from '../domain/actor.ts';
import { completeRoles, lastAdministratorProblem, type PersonFacts } from '../domain/people-rules.ts';
import { may } from '../domain/permissions.ts';
import { type Page, readPage } from '../store/paging.ts';
import { found } from '../store/search-text.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { Invitations } from './invitations.ts';
import {
  asTarget,
  findPersonByEmail,
  getPerson,
  insertPerson,
  type Person,
  plainEmail,
  rolesOf,
  searchTextOf,
} from './person.ts';

/** Two changes that each leave one Super Administrator must not leave none together. */
export const PEOPLE_LOCK = 'people';

export interface DirectoryParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly sessions: Sessions;
  readonly apiKeys: Pick<ApiKeys, 'revokeAll'>;
  readonly invitations: Invitations;
  readonly instanceName: () => Promise<string>;
  /** Somebody has come, or what accounts are matched by has changed. */
  readonly peopleChanged: () => void;
}

type Search = CheckedRequest<'POST /api/v1/search/users'>['body'];
type NewUser = CheckedRequest<'POST /api/v1/users'>['body'];
type UserChanges = CheckedRequest<'POST /api/v1/users/{user_id}'>['body'];

const sortColumns: Readonly<Record<string, string>> = {
  displayName: 'people.search',
  email: 'people.email',
  jobTitle: 'people.job_title',
  department: 'people.department',
  status: 'people.status',
  createdAt: 'people.created_ms',
};

/** The people who may be owners, managers and users of the console. */
export class Directory {
  readonly #parts: DirectoryParts;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  async search(
    { query, statuses, roles, managerIds, sort, pageSize, pageToken }: Search,
    { actor }: RequestContext,
  ): Promise<Page<Person>> {
    const { db } = this.#parts.store;
    if (roles.length > 0 && !may(actor, 'people.details')) {
      throw new BatonError(Code.PermissionDenied, 'Your roles do not let you see the roles of others.');
    }
    const [, minus = '', name = ''] = /^(-?)(.*)$/.exec(sort === '' ? 'displayName' : sort) ?? [];
    const by = Object.hasOwn(sortColumns, name) ? sortColumns[name] : undefined;
    if (by === undefined) {
      const known = Object.keys(sortColumns).join(', ');
      throw new BatonError(Code.InvalidArgument, `People cannot be sorted by "${name}". Known: ${known}.`);
    }
    let rows = db.selectFrom('people').selectAll('people');
    const words = found('people.search', query);
    if (words !== undefined) rows = rows.where(words);
    if (statuses.length > 0) rows = rows.where('status', 'in', statuses);
    if (roles.length > 0) {
      rows = rows.where((where) => where.or(roles.map((role) => sql<boolean>`people.roles like ${`%"${role}"%`}`)));
    }
    if (managerIds.length > 0) {
      const managers = db
        .selectFrom('people as managers')
        .select('managers.email')
        .where('managers.id', 'in', managerIds);
      rows = rows.where('people.manager_email', 'in', managers);
    }
    return readPage(db, rows, {
      sorting: { by, id: 'people.id', descending: minus === '-' },
      request: { pageSize, pageToken },
      of: ['people', query, statuses, roles, managerIds],
    });
  }

  async create(person: NewUser, context: RequestContext): Promise<Person> {
    const { store, clock, audit, invitations } = this.#parts;
    const roles = completeRoles(person.roles);
    this.#checkMayChangeRoles(['BASIC_USER'], roles, context);
    checkManager(person.email, person.managerEmail);
    const instanceName = await this.#parts.instanceName();
    const added = await store.transaction(async (trx) => {
      await store.lock(trx, PEOPLE_LOCK);
      const known = await findPersonByEmail(trx, person.email);
      if (known !== undefined) {
        throw new BatonError(Code.AlreadyExists, `${known.email} is in the directory already: ${known.display_name}.`);
      }
      const created = await insertPerson(trx, clock.now(), { ...person, roles, origin: 'LOCAL' });
      await audit.append(trx, context, {
        action: 'person.created',
        target: asTarget(created),
        after: { ...fieldsOf(created), origin: created.origin },
      });
      return person.invite ? invitations.send(trx, created, instanceName, context) : created;
    });
    this.#parts.peopleChanged();
    return added;
  }

  async update(personId: string, changes: UserChanges, context: RequestContext): Promise<Person> {
    const changed = await this.#change(personId, async (trx, person) => {
      const roles = changes.roles === undefined ? rolesOf(person) : completeRoles(changes.roles);
      this.#checkMayChangeRoles(rolesOf(person), roles, context);
      const isProfile = Object.entries(changes).some(([name, value]) => name !== 'roles' && value !== undefined);
      if (isProfile && !may(context.actor, 'people.manage')) {
        throw new BatonError(Code.PermissionDenied, 'Your roles do not let you change people.');
      }
      const after = { ...person, ...profileColumns(person, changes), roles: JSON.stringify(roles) };
      checkManager(after.email, after.manager_email);
      await this.#checkAdministrators(trx, person, after);
      const moved = after.email === person.email ? {} : await this.#moveTo(trx, person, after.email);
      await this.save(trx, person, after, context);
      return { ...after, ...moved, search: searchTextOf(after) };
    });
    // Roles are nothing that accounts are matched by.
    if (Object.keys(changes).some((name) => name !== 'roles')) this.#parts.peopleChanged();
    return changed;
  }

  /** Follows a person to another address: reports name their manager by it, and an invitation went to the one before. */
  async #moveTo(trx: Transaction<Tables>, person: Person, email: string): Promise<Pick<Person, 'invited_until_ms'>> {
    const known = await findPersonByEmail(trx, email);
    if (known !== undefined) {
      throw new BatonError(Code.AlreadyExists, `${email} is in the directory already: ${known.display_name}.`);
    }
    await trx.updateTable('people').set({ manager_email: email }).where('manager_email', '=', person.email).execute();
    await deleteLinks(trx, { purpose: 'INVITATION', personId: person.id });
    const changes = { invited_until_ms: null };
    await trx.updateTable('people').set(changes).where('id', '=', person.id).execute();
    return changes;
  }

  /** Sessions, invitations and API keys of the person end at once, and for good. */
  async disable(personId: string, context: RequestContext): Promise<Person> {
    if (personId === context.actor.id) {
      throw new BatonError(Code.FailedPrecondition, 'You cannot disable yourself. Ask another Super Administrator.');
    }
    return this.#change(personId, async (trx, person) => {
      if (person.status === 'DISABLED') return person;
      await this.#checkAdministrators(trx, person, { ...person, status: 'DISABLED' });
      return this.switchOff(trx, person, context);
    });
  }

  /** The person signs in anew and makes new API keys. */
  async enable(personId: string, context: RequestContext): Promise<Person> {
    const { audit, clock, apiKeys } = this.#parts;
    return this.#change(personId, async (trx, person) => {
      if (person.status === 'ENABLED') return person;
      const changes = { status: 'ENABLED' as const, updated_ms: clock.now() };
      await trx.updateTable('people').set(changes).where('id', '=', person.id).execute();
      await audit.append(trx, context, {
        action: 'person.enabled',
        target: asTarget(person),
        before: { status: 'DISABLED' },
        after: { status: 'ENABLED' },
      });
      // A request that was under way when the person was disabled may have made one since.
      await apiKeys.revokeAll(trx, person.id, context);
      return { ...person, ...changes };
    });
  }

  /** Without the rule about the last administrator, which the caller has checked. */
  async switchOff(trx: Transaction<Tables>, person: Person, context: RequestContext): Promise<Person> {
    const { audit, clock, sessions, apiKeys } = this.#parts;
    const changes = { status: 'DISABLED' as const, invited_until_ms: null, updated_ms: clock.now() };
    await trx.updateTable('people').set(changes).where('id', '=', person.id).execute();
    await deleteLinks(trx, { purpose: 'INVITATION', personId: person.id });
    const ended = await sessions.endAll(trx, person.id);
    await audit.append(trx, context, {
      action: 'person.disabled',
      target: asTarget(person),
      before: { status: 'ENABLED' },
      after: { status: 'DISABLED', sessionsEnded: ended },
    });
    await apiKeys.revokeAll(trx, person.id, context);
    return { ...person, ...changes };
  }

  /** Writes what differs, and nothing when nothing does. */
  async save(trx: Transaction<Tables>, before: Person, after: Person, context: RequestContext): Promise<void> {
    const { audit, clock } = this.#parts;
    const { roles: rolesBefore, ...profileBefore } = fieldsOf(before);
    const { roles: rolesAfter, ...profileAfter } = fieldsOf(after);
    const profile = changedFields(profileBefore, profileAfter);
    const roles = changedFields({ roles: rolesBefore }, { roles: rolesAfter });
    if (profile === undefined && roles === undefined) return;
    const { email, display_name, job_title, department, manager_email, roles: words } = after;
    await trx
      .updateTable('people')
      .set({
        email,
        display_name,
        job_title,
        department,
        manager_email,
        roles: words,
        search: searchTextOf(after),
        updated_ms: clock.now(),
      })
      .where('id', '=', before.id)
      .execute();
    const target = asTarget(after);
    if (profile !== undefined) await audit.append(trx, context, { action: 'person.changed', target, ...profile });
    if (roles !== undefined) await audit.append(trx, context, { action: 'person.roles_changed', target, ...roles });
  }

  async #change(
    personId: string,
    work: (trx: Transaction<Tables>, person: Person) => Promise<Person>,
  ): Promise<Person> {
    const { store } = this.#parts;
    return store.transaction(async (trx) => {
      await store.lock(trx, PEOPLE_LOCK);
      return work(trx, await getPerson(trx, personId));
    });
  }

  #checkMayChangeRoles(before: readonly Role[], after: readonly Role[], { actor }: RequestContext): void {
    const isSame = before.length === after.length && before.every((role) => after.includes(role));
    if (isSame || may(actor, 'people.roles')) return;
    throw new BatonError(Code.PermissionDenied, 'Only Super Administrators change roles.');
  }

  async #checkAdministrators(trx: Transaction<Tables>, before: Person, after: Person): Promise<void> {
    const administrators = await trx
      .selectFrom('people')
      .selectAll()
      .where('roles', 'like', '%"SUPER_ADMINISTRATOR"%')
      .where('id', '!=', before.id)
      .execute();
    const problem = lastAdministratorProblem(factsOf(before), factsOf(after), administrators.map(factsOf));
    if (problem !== undefined) throw new BatonError(Code.FailedPrecondition, problem);
  }
}

function profileColumns(
  person: Person,
  { email, displayName, jobTitle, department, managerEmail }: UserChanges,
): Pick<Person, 'email' | 'display_name' | 'job_title' | 'department' | 'manager_email'> {
  return {
    email: email === undefined ? person.email : plainEmail(email),
    display_name: displayName ?? person.display_name,
    job_title: jobTitle ?? person.job_title,
    department: department ?? person.department,
    manager_email: managerEmail === undefined ? person.manager_email : plainEmail(managerEmail),
  };
}

/** What the system log says about a person. */
function fieldsOf(person: Person): Readonly<Record<string, unknown>> & { readonly roles: readonly Role[] } {
  return {
    email: person.email,
    displayName: person.display_name,
    jobTitle: person.job_title,
    department: person.department,
    managerEmail: person.manager_email,
    roles: rolesOf(person),
  };
}

function factsOf(person: Person): PersonFacts {
  return {
    id: person.id,
    displayName: person.display_name,
    isEnabled: person.status === 'ENABLED',
    hasSignedIn: person.last_sign_in_ms !== null,
    roles: rolesOf(person),
  };
}

function checkManager(email: string, managerEmail: string): void {
  if (managerEmail !== '' && plainEmail(managerEmail) === plainEmail(email)) {
    throw new BatonError(Code.InvalidArgument, `${plainEmail(email)} cannot be their own manager.`);
  }
}
