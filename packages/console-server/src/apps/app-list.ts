import type { appSorts, CheckedRequest } from '@baton-ts/console-api';
import type { Actor } from '../domain/actor.ts';
import { type Page, readPage } from '../store/paging.ts';
import { found } from '../store/search-text.ts';
import type { Db } from '../store/store.ts';
import { type AppRow, visibleApps } from './app-rows.ts';
import { type SortColumns, sortingOf } from './lists.ts';

export type AppSearch = CheckedRequest<'POST /api/v1/search/apps'>['body'];

const sorts: SortColumns<(typeof appSorts)[number]> = {
  what: 'Apps',
  columns: { displayName: 'apps.search', createdAt: 'apps.created_ms' },
  usual: 'displayName',
  id: 'apps.id',
};

export async function findApps(
  db: Db,
  { query, kinds, ownerIds, sort, ...request }: AppSearch,
  actor: Actor,
): Promise<Page<AppRow>> {
  let rows = visibleApps(db, actor);
  const words = found('apps.search', query);
  if (words !== undefined) rows = rows.where(words);
  if (kinds.length > 0) rows = rows.where('apps.kind', 'in', kinds);
  if (ownerIds.length > 0) {
    rows = rows.where('apps.id', 'in', (where) =>
      where.selectFrom('app_owners').select('app_owners.app_id').where('app_owners.person_id', 'in', ownerIds),
    );
  }
  return await readPage(db, rows, {
    sorting: sortingOf(sorts, sort),
    request,
    of: ['apps', query, kinds, ownerIds],
  });
}
