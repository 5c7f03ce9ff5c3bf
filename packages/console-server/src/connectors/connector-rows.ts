import type { PersonRef } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { ExpressionBuilder, Selectable, Transaction } from 'kysely';
import type { AuditEntry } from '../audit/audit-log.ts';
import type { Actor } from '../domain/actor.ts';
import { may } from '../domain/permissions.ts';
import type { Db, Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

export type ConnectorRow = Selectable<Tables['connectors']>;

export interface ConnectorAddress {
  readonly app_id: string;
  readonly connector_id: string;
}

/**
 * Which connectors an Application Administrator has to do with: those they own, and those without an owner on the apps
 * they own (`governance.md §2.1`).
 */
export function isOwn({ id }: Pick<Actor, 'id'>) {
  return (where: ExpressionBuilder<Tables, 'connectors'>) => {
    const owners = where
      .selectFrom('connector_owners')
      .select('connector_owners.person_id')
      .whereRef('connector_owners.connector_id', '=', 'connectors.id');
    return where.or([
      where.exists(owners.where('connector_owners.person_id', '=', id)),
      where.and([
        where.not(where.exists(owners)),
        where.exists(
          where
            .selectFrom('app_owners')
            .select('app_owners.person_id')
            .whereRef('app_owners.app_id', '=', 'connectors.app_id')
            .where('app_owners.person_id', '=', id),
        ),
      ]),
    ]);
  };
}

/** All connectors that the actor may know of. */
export function visibleConnectors(db: Db, actor: Actor) {
  const rows = db.selectFrom('connectors').selectAll('connectors').where('connectors.deleted_ms', 'is', null);
  return may(actor, 'connectors.read') ? rows : rows.where(isOwn(actor));
}

/** @throws BatonError `NotFound`, also for what the actor may not know of */
export async function getConnector(db: Db, address: ConnectorAddress, actor: Actor): Promise<ConnectorRow> {
  const row = await visibleConnectors(db, actor)
    .where('connectors.id', '=', address.connector_id)
    .where('connectors.app_id', '=', address.app_id)
    .executeTakeFirst();
  if (row !== undefined) return row;
  throw new BatonError(Code.NotFound, `There is no connector ${address.connector_id} in the app ${address.app_id}.`);
}

/** Whoever changes a connector waits for the one before, of whatever process. */
export async function lockConnector(store: Store, trx: Transaction<Tables>, connectorId: string): Promise<void> {
  await store.lock(trx, `connector/${connectorId}`);
}

/** @throws BatonError `NotFound`, or `PermissionDenied` for what the actor may see and not change */
export async function getForChange(
  store: Store,
  trx: Transaction<Tables>,
  address: ConnectorAddress,
  actor: Actor,
): Promise<ConnectorRow> {
  await lockConnector(store, trx, address.connector_id);
  const row = await getConnector(trx, address, actor);
  if (may(actor, 'connectors.manage')) return row;
  const own = await trx
    .selectFrom('connectors')
    .select('connectors.id')
    .where('connectors.id', '=', row.id)
    .where(isOwn(actor))
    .executeTakeFirst();
  if (own !== undefined && may(actor, 'connectors.manage.own')) return row;
  throw new BatonError(Code.PermissionDenied, 'You can see this connector, but your roles do not let you change it.');
}

export async function findRow(db: Db, connectorId: string): Promise<ConnectorRow | undefined> {
  return await db.selectFrom('connectors').selectAll().where('id', '=', connectorId).executeTakeFirst();
}

/** How the system log names a connector. */
export function asTarget({ id, display_name }: ConnectorRow): NonNullable<AuditEntry['target']> {
  return { kind: 'connector', id, displayName: display_name };
}

/** The owners, by connector. */
export async function ownersOf(db: Db, connectorIds: readonly string[]): Promise<ReadonlyMap<string, PersonRef[]>> {
  const owners = new Map<string, PersonRef[]>(connectorIds.map((id) => [id, []]));
  if (connectorIds.length === 0) return owners;
  const rows = await db
    .selectFrom('connector_owners')
    .innerJoin('people', 'people.id', 'connector_owners.person_id')
    .select(['connector_owners.connector_id', 'people.id', 'people.display_name', 'people.email'])
    .where('connector_owners.connector_id', 'in', connectorIds)
    .orderBy('people.search')
    .orderBy('people.id')
    .execute();
  for (const { connector_id, id, display_name, email } of rows) {
    owners.get(connector_id)?.push({ id, displayName: display_name, email });
  }
  return owners;
}

/** People by id; ids of nobody are left out. */
export async function peopleById(
  db: Db,
  ids: readonly (string | null)[],
): Promise<ReadonlyMap<string | null, PersonRef>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) return new Map();
  const rows = await db
    .selectFrom('people')
    .select(['id', 'display_name', 'email'])
    .where('id', 'in', wanted)
    .execute();
  return new Map(rows.map(({ id, display_name, email }) => [id, { id, displayName: display_name, email }]));
}
