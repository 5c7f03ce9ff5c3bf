import { sql } from 'kysely';
import type { Console } from '../../ingestion/testing/company.ts';
import { countApp } from '../../store/app-counts.ts';
import { isAmong } from '../../store/conditions.ts';
import type { Store } from '../../store/store.ts';

/** However many accounts there are. */
const SYSTEM_ACCOUNTS = 3;

/** Makes accounts of one kind differ, so that filters find many, few and a handful of them. Done once. */
export async function varyAccounts(store: Store, console: Console, appId: string): Promise<void> {
  const { db } = store;
  const rows = await db
    .selectFrom('accounts')
    .select(['id', 'resource_id', 'type'])
    .where('app_id', '=', appId)
    .orderBy('id')
    .execute();
  if (rows.some(({ type }) => type === 'SYSTEM_ACCOUNT')) return;
  const accounts = rows.map(({ id }) => id);
  const people = await Promise.all(
    Array.from({ length: 20 }, (_, index) => console.addPerson(`owner-${index}@marlowe.example`, `Owner ${index}`)),
  );
  const [left = '', ...owners] = people;
  await db.updateTable('people').set({ status: 'DISABLED' }).where('id', '=', left).execute();
  const every = (nth: number, first = 0): string[] => accounts.filter((_, index) => index % nth === first);
  await store.transaction(async (trx) => {
    const set = (ids: readonly string[], values: object) =>
      trx
        .updateTable('accounts')
        .set(values)
        .where(isAmong(trx, 'id', ids))
        .execute();
    // A page of each at least.
    const fullPage = Math.floor(accounts.length / 60);
    await set(every(Math.min(97, fullPage)), { status: 'DISABLED' });
    await set(every(Math.min(89, fullPage), 1), { type: 'SERVICE_ACCOUNT' });
    await set(accounts.slice(-SYSTEM_ACCOUNTS), { type: 'SYSTEM_ACCOUNT' });
    await set(every(13), { is_external: 1 });
    for (const [index, owner_id] of owners.entries()) await set(every(60, index), { owner_id, owner_source: 'EMAIL' });
    await set(every(211), { owner_id: left, owner_source: 'EMAIL' });
    for (const rank of [1, 2, 3]) await set(every(7, rank), { highest_risk: rank, critical_count: 0 });
    for (const grant_count of [0, 5, 9, 31]) await set(every(11, grant_count % 11), { grant_count });
    const gone = every(503);
    await set(gone, { removed_ms: console.nowMs });
    await trx
      .updateTable('resources')
      .set({ removed_ms: console.nowMs })
      .where(
        isAmong(
          trx,
          'id',
          rows.filter(({ id }) => gone.includes(id)).map(({ resource_id }) => resource_id),
        ),
      )
      .execute();
    // Of one entitlement nearly everything is held through something else.
    const { entitlement_id } = await trx
      .selectFrom('grants')
      .select(sql<string>`max(entitlement_id)`.as('entitlement_id'))
      .where('account_id', '=', accounts[0] ?? '')
      .executeTakeFirstOrThrow();
    await trx
      .updateTable('grants')
      .set({ is_direct: 0 })
      .where('entitlement_id', '=', entitlement_id)
      .where(sql<boolean>`id % 500 <> 0`)
      .execute();
    await countApp(trx, appId);
  });
  // As the database does by itself after a while.
  if (store.dialect === 'postgres') await sql`vacuum (analyze)`.execute(db);
}
