import type { PersonRef } from '@baton-ts/console-api';
import { type Expression, type SqlBool, sql, type Transaction } from 'kysely';
import type { Db } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

/** What is synced and may have owners of its own. */
type Thing = 'entitlement' | 'resource';

const tableOf = (thing: Thing) => sql.table(`${thing}_owners`);
const idOf = (thing: Thing) => sql.ref(`${thing}_owners.${thing}_id`);

/** The owners of each, by name. */
export async function thingOwners(
  db: Db,
  thing: Thing,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PersonRef[]>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ thing_id: string; id: string; display_name: string; email: string }>`
    select ${idOf(thing)} as thing_id, people.id, people.display_name, people.email
    from ${tableOf(thing)} join people on people.id = person_id
    where ${idOf(thing)} in (${sql.join(ids)})
    order by people.search, people.id`.execute(db);
  const owners = Map.groupBy(rows, ({ thing_id }) => thing_id);
  return new Map(
    [...owners].map(([thingId, people]) => [
      thingId,
      people.map(({ id, display_name, email }) => ({ id, displayName: display_name, email })),
    ]),
  );
}

export async function saveThingOwners(
  trx: Transaction<Tables>,
  thing: Thing,
  id: string,
  owners: readonly PersonRef[],
): Promise<void> {
  await sql`delete from ${tableOf(thing)} where ${idOf(thing)} = ${id}`.execute(trx);
  for (const { id: personId } of owners) {
    await sql`insert into ${tableOf(thing)} (${sql.ref(`${thing}_id`)}, person_id) values (${id}, ${personId})`.execute(
      trx,
    );
  }
}

/** Rows of these owners, or of none; undefined where the list is not narrowed so. */
export function ownedBy(
  thing: Thing,
  { ownerIds, owner }: { readonly ownerIds: readonly string[]; readonly owner: 'ANY' | 'NONE' },
): Expression<SqlBool> | undefined {
  const row = sql.ref(`${thing === 'entitlement' ? 'entitlements' : 'resources'}.id`);
  const ofNobody = sql<SqlBool>`not exists (select 1 from ${tableOf(thing)} where ${idOf(thing)} = ${row})`;
  if (ownerIds.length === 0) return owner === 'NONE' ? ofNobody : undefined;
  const ofThese = sql<SqlBool>`${row} in (select ${idOf(thing)} from ${tableOf(thing)}
    where person_id in (${sql.join(ownerIds)}))`;
  return owner === 'NONE' ? sql<SqlBool>`(${ofThese} or ${ofNobody})` : ofThese;
}
