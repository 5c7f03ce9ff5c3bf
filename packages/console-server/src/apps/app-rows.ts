import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type Expression, type ExpressionBuilder, type Selectable, type SqlBool, sql, type Transaction } from 'kysely';
import type { AuditEntry } from '../audit/audit-log.ts';
import type { Actor } from '../domain/actor.ts';
import { may } from '../domain/permissions.ts';
import type { Db, Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

export type AppRow = Selectable<Tables['apps']>;

/** Whoever may look into apps, if only into their own. */
export const readers = ['apps.read', 'apps.manage.own'] as const;
/** Whoever may change apps, if only their own. */
export const changers = ['apps.manage', 'apps.manage.own'] as const;

/** All apps that the actor may know of. */
export function visibleApps(db: Db, actor: Actor) {
  const rows = db.selectFrom('apps').selectAll('apps').where('apps.deleted_ms', 'is', null);
  return may(actor, 'apps.read') ? rows : rows.where(isOwn(may(actor, 'apps.manage.own') ? actor.id : ''));
}

function isOwn(personId: string) {
  return (where: ExpressionBuilder<Tables, 'apps'>) =>
    where.exists(
      where
        .selectFrom('app_owners')
        .select('app_owners.person_id')
        .whereRef('app_owners.app_id', '=', 'apps.id')
        .where('app_owners.person_id', '=', personId),
    );
}

/** Of the wanted apps, or of all when none is named, those that the actor may look into. */
export async function visibleAppIds(db: Db, actor: Actor, wanted: readonly string[]): Promise<readonly string[]> {
  const rows = visibleApps(db, actor).clearSelect().select('apps.id').orderBy('apps.id');
  const found = await (wanted.length === 0 ? rows : rows.where('apps.id', 'in', wanted)).execute();
  return found.map(({ id }) => id);
}

/**
 * Rows of these apps. A list over several is read in its own order, not app by app, and so not by an index on the app.
 *
 * @param isNarrower something else finds far fewer rows than an app has, and so the index on the app is not to be used either
 */
export function inApps(column: string, appIds: readonly string[], isNarrower = false): Expression<SqlBool> {
  const [first, second] = appIds;
  if (first === undefined) return sql<SqlBool>`1 = 0`;
  if (second === undefined && !isNarrower) return sql<SqlBool>`${sql.ref(column)} = ${first}`;
  return sql<SqlBool>`(${sql.ref(column)} || '') in (${sql.join(appIds)})`;
}

/** @throws BatonError `NotFound`, also for what the actor may not know of */
export async function getApp(db: Db, appId: string, actor: Actor): Promise<AppRow> {
  const row = await visibleApps(db, actor).where('apps.id', '=', appId).executeTakeFirst();
  if (row === undefined) throw new BatonError(Code.NotFound, `There is no app with the id ${appId}.`);
  return row;
}

/** Whoever changes an app or what was synced of it waits for the one before, and for a sync that is applied. */
export async function lockApp(store: Store, trx: Transaction<Tables>, appId: string): Promise<void> {
  await store.lock(trx, `ingestion/${appId}`);
}

/** @throws BatonError `NotFound`, or `PermissionDenied` for an app that the actor may see and not change */
export async function getAppForChange(
  store: Store,
  trx: Transaction<Tables>,
  appId: string,
  actor: Actor,
): Promise<AppRow> {
  await lockApp(store, trx, appId);
  const row = await getApp(trx, appId, actor);
  if (may(actor, 'apps.manage')) return row;
  const own = await trx
    .selectFrom('app_owners')
    .select('person_id')
    .where('app_id', '=', appId)
    .where('person_id', '=', actor.id)
    .executeTakeFirst();
  if (own !== undefined && may(actor, 'apps.manage.own')) return row;
  throw new BatonError(Code.PermissionDenied, 'You can see this app, but only its owners may change it.');
}

/** How the system log names an app. */
export function asTarget({ id, display_name }: Pick<AppRow, 'id' | 'display_name'>): NonNullable<AuditEntry['target']> {
  return { kind: 'app', id, displayName: display_name };
}
