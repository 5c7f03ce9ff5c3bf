import type { Db } from '../store/store.ts';

/**
 * The accounts of a person in apps that are still here. What vanished from its app is shown to whoever manages it, not to the
 * person.
 */
export function ownAccounts(db: Db, personId: string) {
  return db
    .selectFrom('accounts')
    .selectAll('accounts')
    .where('accounts.owner_id', '=', personId)
    .where('accounts.removed_ms', 'is', null)
    .where((where) =>
      where.exists(
        where
          .selectFrom('apps')
          .select('apps.id')
          .whereRef('apps.id', '=', 'accounts.app_id')
          .where('apps.deleted_ms', 'is', null),
      ),
    );
}
