import type { PersonRef, User } from '@baton-ts/console-api';
import type { Actor } from '../domain/actor.ts';
import { may } from '../domain/permissions.ts';
import type { Db } from '../store/store.ts';
import { type Person, rolesOf } from './person.ts';

/** People as the viewer may see them: what a role may not see is absent. */
export async function showUsers(db: Db, people: readonly Person[], viewer: Actor): Promise<User[]> {
  const emails = [...new Set(people.map((person) => person.manager_email).filter((email) => email !== ''))];
  const managers = new Map<string, PersonRef>();
  if (emails.length > 0) {
    const rows = await db
      .selectFrom('people')
      .select(['id', 'display_name', 'email'])
      .where('email', 'in', emails)
      .execute();
    for (const { id, display_name, email } of rows) managers.set(email, { id, displayName: display_name, email });
  }
  return people.map((person) => ({
    id: person.id,
    displayName: person.display_name,
    email: person.email,
    jobTitle: person.job_title,
    department: person.department,
    manager: managers.get(person.manager_email) ?? null,
    status: person.status,
    createdAt: time(person.created_ms),
    ...(viewer.id === person.id || may(viewer, 'people.details') ? details(person) : {}),
  }));
}

export async function showUser(db: Db, person: Person, viewer: Actor): Promise<User> {
  const [user] = await showUsers(db, [person], viewer);
  if (user === undefined) throw new TypeError('One person in, one out.');
  return user;
}

function details(person: Person): Pick<User, 'origin' | 'roles' | 'invitedUntil' | 'lastSignInAt'> {
  return {
    origin: person.origin,
    roles: rolesOf(person),
    invitedUntil: person.invited_until_ms === null ? null : time(person.invited_until_ms),
    lastSignInAt: person.last_sign_in_ms === null ? null : time(person.last_sign_in_ms),
  };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
