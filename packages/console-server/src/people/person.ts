import { type Role, role } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import KSUID from 'ksuid';
import type { Selectable, Transaction } from 'kysely';
import type { AuditEntry } from '../audit/audit-log.ts';
import type { Actor } from '../domain/actor.ts';
import { searchText } from '../store/search-text.ts';
import type { Db } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

export type Person = Selectable<Tables['people']>;

/** What everybody has who is given nothing else. */
export const basicRoles: readonly Role[] = ['BASIC_USER'];

/** The roles of a person. A word that is no role of ours gives no rights. */
export function rolesOf({ roles }: Pick<Person, 'roles'>): Role[] {
  const words: unknown = JSON.parse(roles);
  return Array.isArray(words) ? words.flatMap((word) => role.safeParse(word).data ?? []) : [];
}

/** Addresses are kept and compared in lower case. */
export function plainEmail(email: string): string {
  return email.trim().toLowerCase();
}

export function actorOf(person: Person, kind: 'PERSON' | 'API_KEY' = 'PERSON'): Actor {
  return { kind, id: person.id, displayName: person.display_name, roles: rolesOf(person) };
}

/** How the system log names a person. */
export function asTarget({ id, display_name }: Person): NonNullable<AuditEntry['target']> {
  return { kind: 'person', id, displayName: display_name };
}

export function findPerson(db: Db, id: string): Promise<Person | undefined> {
  return db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst();
}

export function findPersonByEmail(db: Db, email: string): Promise<Person | undefined> {
  return db.selectFrom('people').selectAll().where('email', '=', plainEmail(email)).executeTakeFirst();
}

/** @throws BatonError `NotFound` */
export async function getPerson(db: Db, id: string): Promise<Person> {
  const person = await findPerson(db, id);
  if (person === undefined) throw new BatonError(Code.NotFound, `There is no person with the id ${id}.`);
  return person;
}

export interface NewPerson {
  readonly email: string;
  readonly displayName: string;
  readonly jobTitle?: string;
  readonly department?: string;
  readonly managerEmail?: string;
  readonly origin: Person['origin'];
  readonly roles: readonly Role[];
}

export async function insertPerson(trx: Transaction<Tables>, nowMs: number, person: NewPerson): Promise<Person> {
  const profile = {
    email: plainEmail(person.email),
    display_name: person.displayName,
    job_title: person.jobTitle ?? '',
    department: person.department ?? '',
    manager_email: plainEmail(person.managerEmail ?? ''),
  };
  const row: Person = {
    ...profile,
    id: KSUID.randomSync(new Date(nowMs)).string,
    status: 'ENABLED',
    origin: person.origin,
    roles: JSON.stringify(person.roles),
    invited_until_ms: null,
    last_sign_in_ms: null,
    seen_ms: null,
    left_ms: null,
    created_ms: nowMs,
    updated_ms: nowMs,
    search: searchTextOf(profile),
  };
  await trx.insertInto('people').values(row).execute();
  return row;
}

export function searchTextOf(person: Pick<Person, 'email' | 'display_name' | 'job_title' | 'department'>): string {
  return searchText(person.display_name, person.email, person.job_title, person.department);
}
