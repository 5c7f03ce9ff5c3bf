import type { ConfigField, EndpointRequest } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Transaction } from 'kysely';
import { changedFields } from '../audit/changes.ts';
import type { RequestContext } from '../domain/actor.ts';
import { configProblems, missingSetting } from '../domain/connector-config.ts';
import { isScheduled } from '../domain/connector-state.ts';
import { pauseReason } from '../domain/connector-words.ts';
import { nextSyncMs, readSchedule, scheduleProblem } from '../domain/sync-schedule.ts';
import { deleteSecrets, saveSecret } from '../settings/secrets.ts';
import { searchText } from '../store/search-text.ts';
import type { Tables } from '../store/tables.ts';
import { catalogueEntry } from './catalogue.ts';
import type { ConnectorParts } from './connector-parts.ts';
import {
  asTarget,
  type ConnectorAddress,
  type ConnectorRow,
  findRow,
  getForChange,
  ownersOf,
} from './connector-rows.ts';
import { findOwners, saveOwners, tellNewOwners } from './create-connector.ts';
import { revokeAll } from './credentials.ts';
import { readConfig } from './show-connector.ts';
import { beginSync, cancelRunningSync, moved } from './sync-runs.ts';

const ONE = 'POST /api/v1/apps/{app_id}/connectors/{connector_id}';
type Details = EndpointRequest<typeof ONE>['body'];
type Settings = EndpointRequest<`${typeof ONE}/config`>['body'];

/** What people do to a connector that is there. Each call is one transaction with its record in the system log. */
export class ConnectorChanges {
  readonly #parts: ConnectorParts;

  constructor(parts: ConnectorParts) {
    this.#parts = parts;
  }

  async update(address: ConnectorAddress, changes: Details, context: RequestContext): Promise<ConnectorRow> {
    const { audit, clock } = this.#parts;
    const problem = changes.schedule && scheduleProblem(changes.schedule, clock.now());
    if (problem !== undefined) throw new BatonError(Code.InvalidArgument, problem);
    const instanceName = await this.#parts.instanceName();
    return await this.#change(address, context, async (trx, row) => {
      const before = (await ownersOf(trx, [row.id])).get(row.id) ?? [];
      const after = changes.userIds === undefined ? before : await findOwners(trx, changes.userIds);
      const schedule = changes.schedule ?? readSchedule(row.schedule);
      const displayName = changes.displayName ?? row.display_name;
      const pauseOnAnomaly = changes.pauseOnAnomaly ?? row.pause_on_anomaly === 1;
      const changed = changedFields(
        {
          displayName: row.display_name,
          owners: before.map(({ email }) => email).sort(),
          schedule: readSchedule(row.schedule),
          pauseOnAnomaly: row.pause_on_anomaly === 1,
        },
        { displayName, owners: after.map(({ email }) => email).sort(), schedule, pauseOnAnomaly },
      );
      if (changed === undefined) return row;
      const app = await trx.selectFrom('apps').select('display_name').where('id', '=', row.app_id).executeTakeFirst();
      const isRescheduled = Object.hasOwn(changed.after, 'schedule') && isScheduled(row.status);
      const next = await trx
        .updateTable('connectors')
        .set({
          display_name: displayName,
          schedule: JSON.stringify(schedule),
          pause_on_anomaly: pauseOnAnomaly ? 1 : 0,
          search: searchText(displayName, app?.display_name ?? '', catalogueEntry(row.catalog_id).displayName),
          ...(isRescheduled && { next_sync_ms: nextSyncMs(schedule, clock.now()) }),
        })
        .where('id', '=', row.id)
        .returningAll()
        .executeTakeFirstOrThrow();
      if (changes.userIds !== undefined) {
        await saveOwners(trx, row.id, after);
        const added = after.filter(({ id }) => !before.some((owner) => owner.id === id));
        await tellNewOwners(this.#parts, trx, next, added, context, instanceName);
      }
      await audit.append(trx, context, { action: 'connector.changed', target: asTarget(next), ...changed });
      return next;
    });
  }

  /** A sync under way, which has the old settings, is cancelled; one with the new ones follows. */
  async saveSettings(address: ConnectorAddress, settings: Settings, context: RequestContext): Promise<ConnectorRow> {
    const { audit, box, clock } = this.#parts;
    const fields = await this.#fieldsOf(address);
    return await this.#change(address, context, async (trx, row) => {
      const problems = Object.values(configProblems(fields, settings.values, settings.secrets));
      if (problems.length > 0) throw new BatonError(Code.InvalidArgument, problems.join(' '));
      const nowMs = clock.now();
      const savedNames = await secretNames(trx, row.id);
      const secrets = new Set(savedNames);
      for (const [name, value] of Object.entries(settings.secrets)) {
        if (value === null) {
          await trx.deleteFrom('secrets').where('owner', '=', row.id).where('name', '=', name).execute();
          secrets.delete(name);
        } else {
          await saveSecret(trx, box, { owner: row.id, name, value, savedBy: context.actor.id, nowMs });
          secrets.add(name);
        }
      }
      const values = { ...readConfig(row), ...settings.values };
      const provisioning = settings.provisioning ?? row.provisioning === 1;
      const replaced = Object.entries(settings.secrets);
      const changed = changedFields(
        {
          ...readConfig(row),
          ...Object.fromEntries(replaced.map(([name]) => [name, savedNames.includes(name) ? 'saved' : null])),
          provisioning: row.provisioning === 1,
        },
        // Each saved secret is a new one, whether or not it is the same: nobody compares it.
        {
          ...values,
          ...Object.fromEntries(replaced.map(([name, value]) => [name, value === null ? null : 'new'])),
          provisioning,
        },
        replaced.map(([name]) => name),
      );
      const saved = { ...row, config: JSON.stringify(values), provisioning: provisioning ? 1 : 0 };
      await trx
        .updateTable('connectors')
        .set({ config: saved.config, provisioning: saved.provisioning })
        .where('id', '=', row.id)
        .execute();
      const next = await this.#afterSettings(trx, saved, missingSetting(fields, { values, secrets }), context);
      if (changed !== undefined) {
        await audit.append(trx, context, { action: 'connector.settings_changed', target: asTarget(next), ...changed });
      }
      return next;
    });
  }

  async #afterSettings(
    trx: Transaction<Tables>,
    row: ConnectorRow,
    missing: string | undefined,
    context: RequestContext,
  ): Promise<ConnectorRow> {
    const nowMs = this.#parts.clock.now();
    // One that runs elsewhere connects by itself.
    if (row.catalog_id === 'baton' && row.status === 'NOT_CONNECTED') return row;
    await cancelRunningSync(trx, row.id, 'The settings were changed.', nowMs);
    if (missing !== undefined) {
      const isPaused = row.status === 'PAUSED';
      return await moved(trx, row, 'settings_incomplete', {
        progress: null,
        next_sync_ms: null,
        status_reason: isPaused ? row.status_reason : `${missing} is missing`,
      });
    }
    if (row.status === 'PAUSED') return row;
    const { row: next } = await beginSync(trx, row, 'settings_saved', {
      trigger: 'SETTINGS',
      triggeredBy: personOf(context),
      nowMs,
    });
    return next;
  }

  async syncNow(address: ConnectorAddress, context: RequestContext): Promise<ConnectorRow> {
    const fields = await this.#fieldsOf(address);
    return await this.#change(address, context, async (trx, row) => {
      await checkSettings(trx, row, fields);
      const nowMs = this.#parts.clock.now();
      const asked = { trigger: 'PERSON', triggeredBy: personOf(context), nowMs } as const;
      const { row: next, sync } = await beginSync(trx, row, 'sync_requested', asked);
      if (sync !== undefined) await this.#log(trx, context, 'connector.sync_started', next, { trigger: 'PERSON' });
      return next;
    });
  }

  async pause(address: ConnectorAddress, context: RequestContext): Promise<ConnectorRow> {
    return await this.#change(address, context, async (trx, row) => {
      if (row.status === 'PAUSED') return row;
      const nowMs = this.#parts.clock.now();
      const next = await moved(trx, row, 'paused', {
        status_reason: pauseReason(context.actor.displayName, nowMs),
        progress: null,
        next_sync_ms: null,
        paused_by: personOf(context),
        paused_ms: nowMs,
      });
      await cancelRunningSync(trx, row.id, `Paused ${next.status_reason}.`, nowMs);
      await this.#log(trx, context, 'connector.paused', next);
      return next;
    });
  }

  /** Starts a sync. */
  async resume(address: ConnectorAddress, context: RequestContext): Promise<ConnectorRow> {
    const fields = await this.#fieldsOf(address);
    return await this.#change(address, context, async (trx, row) => {
      await checkSettings(trx, row, fields);
      const nowMs = this.#parts.clock.now();
      const asked = { trigger: 'PERSON', triggeredBy: personOf(context), nowMs } as const;
      const { row: next } = await beginSync(trx, row, 'resumed', asked);
      await this.#log(trx, context, 'connector.resumed', next);
      return next;
    });
  }

  /** The data that was held back is applied, from the file that is kept. */
  async confirm(address: ConnectorAddress, syncId: string, context: RequestContext): Promise<ConnectorRow> {
    return await this.#change(address, context, async (trx, row) => {
      const held = await trx
        .selectFrom('syncs')
        .selectAll()
        .where('id', '=', syncId)
        .where('connector_id', '=', row.id)
        .executeTakeFirst();
      if (held === undefined) throw new BatonError(Code.NotFound, `There is no sync ${syncId} of this connector.`);
      if (row.held_back_sync_id !== syncId) {
        throw new BatonError(
          Code.FailedPrecondition,
          'This sync is not held back, or not any more. Look at the newest one.',
        );
      }
      const { file_path, file_bytes, file_sha256 } = held;
      const nowMs = this.#parts.clock.now();
      const { row: next } = await beginSync(trx, row, 'changes_confirmed', {
        trigger: 'CONFIRMATION',
        triggeredBy: personOf(context),
        nowMs,
        file: { file_path, file_bytes, file_sha256 },
      });
      await this.#log(trx, context, 'connector.anomaly_confirmed', next, { summary: held.reason });
      return next;
    });
  }

  /** Accounts and history stay; nothing is read any more. */
  async delete(address: ConnectorAddress, confirmation: string, context: RequestContext): Promise<void> {
    const { clock } = this.#parts;
    await this.#change(address, context, async (trx, row) => {
      if (confirmation.trim() !== row.display_name) {
        throw new BatonError(Code.InvalidArgument, `Type the connector's name, ${row.display_name}, to delete it.`);
      }
      const nowMs = clock.now();
      await cancelRunningSync(trx, row.id, 'The connector was deleted.', nowMs);
      await deleteSecrets(trx, row.id);
      await deleteSecrets(trx, hostedCredentialOwner(row.id));
      await trx
        .updateTable('connectors')
        .set({ deleted_ms: nowMs, next_sync_ms: null, progress: null, status_reason: '' })
        .where('id', '=', row.id)
        .execute();
      await revokeAll(trx, row.c1_connector_id, nowMs);
      await this.#log(trx, context, 'connector.deleted', row);
      return row;
    });
  }

  /** Before the transaction, since it may have to ask the connector's program. */
  async #fieldsOf({ connector_id }: ConnectorAddress): Promise<readonly ConfigField[]> {
    const { store, configFields } = this.#parts;
    const row = await findRow(store.db, connector_id);
    return row === undefined ? [] : await configFields(row.catalog_id);
  }

  async #log(
    trx: Transaction<Tables>,
    context: RequestContext,
    action: string,
    row: ConnectorRow,
    after: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    await this.#parts.audit.append(trx, context, { action, target: asTarget(row), after });
  }

  async #change(
    address: ConnectorAddress,
    { actor }: RequestContext,
    work: (trx: Transaction<Tables>, row: ConnectorRow) => Promise<ConnectorRow>,
  ): Promise<ConnectorRow> {
    const { store, wake } = this.#parts;
    const changed = await store.transaction(async (trx) => work(trx, await getForChange(store, trx, address, actor)));
    wake();
    return changed;
  }
}

/** Where the secret of a hosted connector's own credential is kept. */
export function hostedCredentialOwner(connectorId: string): string {
  return `hosted/${connectorId}`;
}

/** @throws BatonError `FailedPrecondition` when the connector lacks what it needs to connect */
async function checkSettings(
  trx: Transaction<Tables>,
  row: ConnectorRow,
  fields: readonly ConfigField[],
): Promise<void> {
  const secrets = new Set(await secretNames(trx, row.id));
  const missing = missingSetting(fields, { values: readConfig(row), secrets });
  if (missing === undefined) return;
  throw new BatonError(Code.FailedPrecondition, `${missing} is missing. Enter it under Settings first.`);
}

async function secretNames(trx: Transaction<Tables>, connectorId: string): Promise<string[]> {
  const rows = await trx.selectFrom('secrets').select('name').where('owner', '=', connectorId).execute();
  return rows.map(({ name }) => name);
}

function personOf({ actor }: RequestContext): string | null {
  return actor.kind === 'PERSON' || actor.kind === 'API_KEY' ? actor.id : null;
}
