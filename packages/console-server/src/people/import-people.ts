import type { EndpointResponse } from '@baton-ts/console-api';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { RequestContext } from '../domain/actor.ts';
import { type KnownPerson, planImport } from '../domain/person-import.ts';
import type { Store } from '../store/store.ts';
import { type Directory, PEOPLE_LOCK } from './directory.ts';
import { readPeopleFile } from './people-file.ts';
import { asTarget, basicRoles, insertPerson, type Person, rolesOf } from './person.ts';

export interface ImportParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly directory: Directory;
  readonly peopleChanged: () => void;
}

/**
 * Adds and updates people from a CSV file, all in one transaction. Lines with a problem are left out and named.
 *
 * @param options.apply false: says what would be done, and does nothing
 */
export async function importPeople(
  { store, clock, audit, directory, peopleChanged }: ImportParts,
  { csv, apply, disableMissing }: { readonly csv: string; readonly apply: boolean; readonly disableMissing: boolean },
  context: RequestContext,
): Promise<EndpointResponse<'POST /api/v1/users/import'>> {
  const file = readPeopleFile(csv);
  const done = await store.transaction(async (trx) => {
    await store.lock(trx, PEOPLE_LOCK);
    const people = await trx.selectFrom('people').selectAll().execute();
    const personOf = new Map(people.map((person) => [person.id, person]));
    const plan = planImport(file.rows, people.map(known), {
      problems: file.problems,
      disableMissing,
      importerId: context.actor.id,
    });
    const counts = {
      created: plan.create.length,
      updated: plan.update.length,
      disabled: plan.disable.length,
      unchanged: plan.unchanged,
    };
    const answer = { ...counts, problems: [...plan.problems] };
    if (!apply) return answer;

    for (const row of plan.create) {
      const person = await insertPerson(trx, clock.now(), { ...row, origin: 'FILE', roles: basicRoles });
      await audit.append(trx, context, {
        action: 'person.created',
        target: asTarget(person),
        after: { email: person.email, origin: 'FILE', roles: basicRoles },
      });
    }
    for (const { person: facts, row } of plan.update) {
      const before = personOf.get(facts.id);
      if (before === undefined) continue;
      const after: Person = {
        ...before,
        display_name: row.displayName,
        job_title: row.jobTitle ?? before.job_title,
        department: row.department ?? before.department,
        manager_email: row.managerEmail ?? before.manager_email,
      };
      await directory.save(trx, before, after, context);
    }
    for (const { id } of plan.disable) {
      const person = personOf.get(id);
      if (person !== undefined) await directory.switchOff(trx, person, context);
    }
    await audit.append(trx, context, { action: 'people.imported', after: counts });
    return answer;
  });
  if (apply) peopleChanged();
  return done;
}

function known(person: Person): KnownPerson {
  return {
    id: person.id,
    email: person.email,
    displayName: person.display_name,
    jobTitle: person.job_title,
    department: person.department,
    managerEmail: person.manager_email,
    isEnabled: person.status === 'ENABLED',
    isSuperAdministrator: rolesOf(person).includes('SUPER_ADMINISTRATOR'),
  };
}
