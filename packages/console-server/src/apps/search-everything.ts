import type { EndpointResponse } from '@baton-ts/console-api';
import { sql } from 'kysely';
import { visibleConnectors } from '../connectors/connector-rows.ts';
import type { Actor } from '../domain/actor.ts';
import { may } from '../domain/permissions.ts';
import { riskLevelOf } from '../domain/risk.ts';
import { isAmong } from '../store/conditions.ts';
import { searchCandidates } from '../store/search-candidates.ts';
import { found, searchWords } from '../store/search-text.ts';
import type { Db } from '../store/store.ts';
import { inApps, visibleAppIds, visibleApps } from './app-rows.ts';
import { ownAccounts } from './own-accounts.ts';
import { appNames } from './show-apps.ts';

const SHOWN_OF_EACH = 5;
/** Of accounts, where no index finds the words. */
const MOST_LOOKED_AT = 2_000;

type Found = EndpointResponse<'GET /api/v1/search/everything'>;

/** Whatever the person may look at and is called so. */
export async function searchEverything(db: Db, query: string, actor: Actor): Promise<Found> {
  const words = (column: string) => found(column, query);
  if (words('people.search') === undefined) {
    return { people: [], apps: [], accounts: [], entitlements: [], connectors: [], ownAccounts: [] };
  }
  const appIds = await visibleAppIds(db, actor, []);
  const [people, apps, accounts, entitlements, connectors, own] = await Promise.all([
    may(actor, 'people.read')
      ? db
          .selectFrom('people')
          .select(['id', 'display_name', 'email'])
          .$call((rows) => matching(rows, words('people.search')))
          .orderBy('search')
          .limit(SHOWN_OF_EACH)
          .execute()
      : [],
    visibleApps(db, actor)
      .$call((rows) => matching(rows, words('apps.search')))
      .orderBy('apps.search')
      .limit(SHOWN_OF_EACH)
      .execute(),
    findAccounts(db, appIds, query),
    db
      .selectFrom('entitlements')
      .select(['id', 'app_id', 'display_name', 'alias', 'slug', 'external_id', 'risk'])
      .where(inApps('entitlements.app_id', appIds))
      .where('removed_ms', 'is', null)
      .$call((rows) => matching(rows, words('entitlements.search')))
      .orderBy('search')
      .limit(SHOWN_OF_EACH)
      .execute(),
    may(actor, 'connectors.read') || may(actor, 'connectors.manage.own')
      ? visibleConnectors(db, actor)
          .$call((rows) => matching(rows, words('connectors.search')))
          .orderBy('connectors.search')
          .limit(SHOWN_OF_EACH)
          .execute()
      : [],
    ownAccounts(db, actor.id)
      .$call((rows) => matching(rows, words('accounts.search')))
      .orderBy('accounts.search')
      .orderBy('accounts.id')
      .limit(SHOWN_OF_EACH)
      .execute(),
  ]);
  const names = await appNames(
    db,
    own.map(({ app_id }) => app_id),
  );
  return {
    people: people.map(({ id, display_name, email }) => ({ id, displayName: display_name, email })),
    apps: apps.map(({ id, display_name }) => ({ id, displayName: display_name })),
    accounts: accounts.map(({ id, app_id, display_name, email }) => ({
      id,
      appId: app_id,
      displayName: display_name,
      email,
    })),
    entitlements: entitlements.map(({ id, app_id, display_name, alias, slug, external_id, risk }) => ({
      id,
      appId: app_id,
      displayName: alias || display_name,
      slug,
      externalId: external_id,
      riskLevel: riskLevelOf(risk) ?? 'UNRATED',
    })),
    connectors: connectors.map(({ id, app_id, display_name }) => ({ id, appId: app_id, displayName: display_name })),
    ownAccounts: own.map(({ id, app_id, display_name }) => ({
      id,
      displayName: display_name,
      appDisplayName: names.get(app_id) ?? '',
    })),
  };
}

/**
 * Those that the words find, by name. Of words that too many have, or that are too short for their index: those whose names
 * begin so, and what is found among the first ones.
 */
async function findAccounts(db: Db, appIds: readonly string[], query: string) {
  const present = (isFew: boolean) =>
    db
      .selectFrom('accounts')
      .select(['id', 'app_id', 'display_name', 'email', 'search'])
      .where(inApps('accounts.app_id', appIds, isFew))
      .where('removed_ms', 'is', null)
      .orderBy(isFew ? sql`coalesce(search, search)` : sql`search`);
  const words = found('accounts.search', query);
  const candidates = await searchCandidates(db, 'accounts', query);
  if (candidates !== undefined) {
    const named = matching(present(true), words).where(isAmong(db, 'accounts.id', candidates));
    return await named.limit(SHOWN_OF_EACH).execute();
  }
  const beginning = searchWords(query).join(' ');
  const begun = await present(false)
    .where('search', '>=', beginning)
    .where('search', '<', `${beginning}\u{10ffff}`)
    .limit(SHOWN_OF_EACH)
    .execute();
  if (begun.length === SHOWN_OF_EACH) return begun;
  const first = present(false).limit(MOST_LOOKED_AT).as('accounts');
  const among = await matching(db.selectFrom(first).selectAll(), words)
    .orderBy('search')
    .limit(SHOWN_OF_EACH)
    .execute();
  const ids = new Set(begun.map(({ id }) => id));
  return [...begun, ...among.filter(({ id }) => !ids.has(id))].slice(0, SHOWN_OF_EACH);
}

type Words = NonNullable<ReturnType<typeof found>>;

function matching<Rows extends { where(words: Words): Rows }>(rows: Rows, words: Words | undefined): Rows {
  return words === undefined ? rows : rows.where(words);
}
