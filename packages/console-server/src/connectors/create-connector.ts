import type { EndpointRequest, PersonRef } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import KSUID from 'ksuid';
import type { Transaction } from 'kysely';
import type { Actor, RequestContext } from '../domain/actor.ts';
import { may } from '../domain/permissions.ts';
import { defaultSchedule } from '../domain/sync-schedule.ts';
import { searchText } from '../store/search-text.ts';
import type { Tables } from '../store/tables.ts';
import { catalogueEntry } from './catalogue.ts';
import type { ConnectorParts } from './connector-parts.ts';
import { asTarget, type ConnectorRow } from './connector-rows.ts';

type NewConnector = EndpointRequest<'POST /api/v1/connectors/create'>['body'];

/**
 * The wizard's last step: the connector, its app where that is new, and mail to owners who did not do this themselves.
 *
 * @throws BatonError `NotFound` for an app or an owner that there is not
 */
export async function createConnector(
  parts: ConnectorParts,
  { catalogId, displayName, app, userIds }: NewConnector,
  context: RequestContext,
): Promise<ConnectorRow> {
  const { store, clock, audit, c1 } = parts;
  const entry = catalogueEntry(catalogId);
  // Without the rest it is an empty queue that nobody can reach.
  const { id: c1ConnectorId } = await c1.createConnector(displayName);
  const instanceName = await parts.instanceName();
  const row = await store.transaction(async (trx) => {
    const nowMs = clock.now();
    const owners = await findOwners(trx, userIds);
    const { id: appId, displayName: appName } =
      app.kind === 'new'
        ? await insertApp(parts, trx, app.displayName, context)
        : await existingApp(parts, trx, app.appId, context);
    const created: ConnectorRow = {
      id: KSUID.randomSync(new Date(nowMs)).string,
      app_id: appId,
      catalog_id: catalogId,
      display_name: displayName,
      description: entry.description,
      config: '{}',
      provisioning: 0,
      schedule: JSON.stringify(defaultSchedule),
      pause_on_anomaly: 1,
      status: 'NOT_CONNECTED',
      status_reason: waitingFor(owners, context.actor),
      progress: null,
      last_error: null,
      failures: 0,
      last_good_sync_ms: null,
      next_sync_ms: null,
      paused_by: null,
      paused_ms: null,
      held_back_sync_id: null,
      applied_sync_id: null,
      c1_connector_id: c1ConnectorId,
      notes: '[]',
      key_rights: null,
      created_ms: nowMs,
      created_by: context.actor.kind === 'SYSTEM' ? null : context.actor.id,
      deleted_ms: null,
      search: searchText(displayName, appName, entry.displayName),
    };
    await trx.insertInto('connectors').values(created).execute();
    await saveOwners(trx, created.id, owners);
    await tellNewOwners(parts, trx, created, owners, context, instanceName);
    await audit.append(trx, context, {
      action: 'connector.created',
      target: asTarget(created),
      after: { displayName, catalogId, app: appName, owners: owners.map((owner) => owner.email) },
    });
    return created;
  });
  parts.wake();
  return row;
}

/** @throws BatonError `NotFound` for an id of nobody, `FailedPrecondition` for a person who is disabled */
export async function findOwners(trx: Transaction<Tables>, ids: readonly string[]): Promise<PersonRef[]> {
  const people = await trx
    .selectFrom('people')
    .select(['id', 'display_name', 'email', 'status'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  const unknown = ids.find((id) => !people.some((person) => person.id === id));
  if (unknown !== undefined) throw new BatonError(Code.NotFound, `There is no person with the id ${unknown}.`);
  const disabled = people.find((person) => person.status === 'DISABLED');
  if (disabled !== undefined) {
    throw new BatonError(Code.FailedPrecondition, `${disabled.display_name} is disabled and can own nothing.`);
  }
  return people.map(({ id, display_name, email }) => ({ id, displayName: display_name, email }));
}

export async function saveOwners(
  trx: Transaction<Tables>,
  connectorId: string,
  owners: readonly PersonRef[],
): Promise<void> {
  await trx.deleteFrom('connector_owners').where('connector_id', '=', connectorId).execute();
  const rows = owners.map(({ id }) => ({ connector_id: connectorId, person_id: id }));
  await trx.insertInto('connector_owners').values(rows).execute();
}

/** "Set-up needed": to each of them but the one who made them owner. */
export async function tellNewOwners(
  { mailer, webUrl }: Pick<ConnectorParts, 'mailer' | 'webUrl'>,
  trx: Transaction<Tables>,
  row: ConnectorRow,
  owners: readonly PersonRef[],
  { actor }: RequestContext,
  instanceName: string,
): Promise<void> {
  const asks =
    row.catalog_id === 'sendgrid' ? 'enter its API key' : 'make a credential and start the connector with it';
  const need =
    row.status === 'NOT_CONNECTED'
      ? `It is not connected yet: please ${asks}.`
      : 'You get mail when its syncs fail or are held back.';
  for (const owner of owners.filter(({ id }) => id !== actor.id)) {
    await mailer.send(trx, {
      to: owner.email,
      subject: `${instanceName}: you own the connector ${row.display_name}`,
      text: `Hello ${owner.displayName},\n\n${actor.displayName} made you an owner of the connector ${row.display_name}. ${need}\n\n${connectorUrl(webUrl, row)}\n`,
      secrets: [],
    });
  }
}

export function connectorUrl(webUrl: string, { app_id, id }: Pick<ConnectorRow, 'app_id' | 'id'>): string {
  return `${webUrl}/apps/${app_id}/connectors/${id}`;
}

function waitingFor(owners: readonly PersonRef[], actor: Actor): string {
  const asked = owners.filter(({ id }) => id !== actor.id);
  return asked.length === 0 ? '' : `${asked.map((owner) => owner.displayName).join(', ')} was asked`;
}

async function insertApp(
  { audit, clock }: ConnectorParts,
  trx: Transaction<Tables>,
  displayName: string,
  context: RequestContext,
): Promise<{ id: string; displayName: string }> {
  const nowMs = clock.now();
  const id = KSUID.randomSync(new Date(nowMs)).string;
  await trx
    .insertInto('apps')
    .values({
      id,
      display_name: displayName,
      description: '',
      kind: 'MANAGED',
      identity_matching: 'STRICT',
      matching_rules: '[]',
      created_ms: nowMs,
      deleted_ms: null,
      search: searchText(displayName),
    })
    .execute();
  if (context.actor.kind !== 'SYSTEM') {
    await trx.insertInto('app_owners').values({ app_id: id, person_id: context.actor.id }).execute();
  }
  await audit.append(trx, context, {
    action: 'app.created',
    target: { kind: 'app', id, displayName },
    after: { displayName, kind: 'MANAGED' },
  });
  return { id, displayName };
}

async function existingApp(
  { audit }: ConnectorParts,
  trx: Transaction<Tables>,
  appId: string,
  context: RequestContext,
): Promise<{ id: string; displayName: string }> {
  const app = await trx
    .selectFrom('apps')
    .select(['id', 'display_name', 'kind'])
    .where('id', '=', appId)
    .where('deleted_ms', 'is', null)
    .executeTakeFirst();
  if (app === undefined) throw new BatonError(Code.NotFound, `There is no app with the id ${appId}.`);
  const named = { id: app.id, displayName: app.display_name };
  if (app.kind === 'MANAGED') return named;
  // A connector makes an app a managed one (`governance.md §2.1`: Super Administrators promote).
  if (!may(context.actor, 'apps.manage')) {
    throw new BatonError(
      Code.PermissionDenied,
      `${app.display_name} is an unmanaged app. Only a Super Administrator adds a connector to it, which makes it a managed one.`,
    );
  }
  await trx.updateTable('apps').set({ kind: 'MANAGED' }).where('id', '=', app.id).execute();
  await audit.append(trx, context, {
    action: 'app.promoted',
    target: { kind: 'app', ...named },
    before: { kind: 'UNMANAGED' },
    after: { kind: 'MANAGED' },
  });
  return named;
}
