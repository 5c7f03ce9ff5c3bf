import { type Connector, connector } from '@baton-ts/console-api';
import { sql } from 'kysely';
import { z } from 'zod';
import type { ConfigValue } from '../domain/connector-config.ts';
import { readSchedule } from '../domain/sync-schedule.ts';
import type { Db } from '../store/store.ts';
import { type ConnectorRow, ownersOf, peopleById } from './connector-rows.ts';

/** How many of the last good syncs tell the usual duration. */
const SYNCS_MEASURED = 5;

const progress = connector.shape.progress;
const config = connector.shape.config;
const notes = z.array(z.string());
const keyRights = connector.shape.keyRights;

/** Connectors as an answer shows them. What each needs besides its row is read for all of them at once. */
export async function showConnectors(db: Db, rows: readonly ConnectorRow[]): Promise<Connector[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const [owners, people, apps, secrets, durations, heldBack, counts] = await Promise.all([
    ownersOf(db, ids),
    peopleById(
      db,
      rows.flatMap((row) => [row.paused_by, row.created_by]),
    ),
    appNames(db, rows),
    savedSecrets(db, ids),
    usualDurations(db, ids),
    heldBackSummaries(db, rows),
    connectorCounts(db, ids),
  ]);
  return rows.map((row) => ({
    id: row.id,
    appId: row.app_id,
    appDisplayName: apps.get(row.app_id) ?? '',
    catalogId: row.catalog_id,
    displayName: row.display_name,
    description: row.description,
    owners: owners.get(row.id) ?? [],
    status: row.status,
    statusReason: row.status_reason,
    progress: row.progress === null ? null : progress.parse(JSON.parse(row.progress)),
    lastError: row.last_error,
    lastGoodSyncAt: timeOrNull(row.last_good_sync_ms),
    usualDurationMs: durations.get(row.id) ?? null,
    nextSyncAt: timeOrNull(row.next_sync_ms),
    schedule: readSchedule(row.schedule),
    pauseOnAnomaly: row.pause_on_anomaly === 1,
    heldBack:
      row.held_back_sync_id === null
        ? null
        : { syncId: row.held_back_sync_id, summary: heldBack.get(row.held_back_sync_id) ?? '' },
    pausedBy: people.get(row.paused_by) ?? null,
    pausedAt: timeOrNull(row.paused_ms),
    config: readConfig(row),
    savedSecrets: secrets.get(row.id) ?? {},
    provisioning: row.provisioning === 1,
    notes: notes.parse(JSON.parse(row.notes)),
    keyRights: row.key_rights === null ? null : keyRights.parse(JSON.parse(row.key_rights)),
    counts: counts.get(row.id) ?? { accounts: 0, entitlements: 0, grants: 0 },
    failures: row.failures,
    createdAt: time(row.created_ms),
    createdBy: people.get(row.created_by) ?? null,
  }));
}

export async function showConnector(db: Db, row: ConnectorRow): Promise<Connector> {
  const [shown] = await showConnectors(db, [row]);
  if (shown === undefined) throw new TypeError('One connector in, one out.');
  return shown;
}

export function readConfig(row: Pick<ConnectorRow, 'config'>): Record<string, ConfigValue> {
  return config.parse(JSON.parse(row.config));
}

export function time(ms: number): string {
  return new Date(ms).toISOString();
}

export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : time(ms);
}

async function appNames(db: Db, rows: readonly ConnectorRow[]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.map((row) => row.app_id))];
  const apps = await db.selectFrom('apps').select(['id', 'display_name']).where('id', 'in', ids).execute();
  return new Map(apps.map(({ id, display_name }) => [id, display_name]));
}

async function savedSecrets(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, Connector['savedSecrets']>> {
  const rows = await db
    .selectFrom('secrets')
    .leftJoin('people', 'people.id', 'secrets.saved_by')
    .select(['secrets.owner', 'secrets.name', 'secrets.saved_ms', 'people.display_name'])
    .where('secrets.owner', 'in', ids)
    .execute();
  const byConnector = new Map<string, Connector['savedSecrets']>();
  for (const { owner, name, saved_ms, display_name } of rows) {
    const saved = { savedAt: time(saved_ms), savedBy: display_name ?? '' };
    byConnector.set(owner, { ...byConnector.get(owner), [name]: saved });
  }
  return byConnector;
}

/** The middle of the last few good ones: one that waited for a rate limit says little. */
async function usualDurations(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const latest = db
    .selectFrom('syncs')
    .select(['connector_id', 'started_ms', 'finished_ms'])
    .select(sql<number>`row_number() over (partition by connector_id order by started_ms desc)`.as('nth'))
    .where('connector_id', 'in', ids)
    .where('result', 'in', ['APPLIED', 'UNCHANGED'])
    .where('trigger', '<>', 'CONFIRMATION');
  const rows = await db
    .selectFrom(latest.as('latest'))
    .select(['connector_id', 'started_ms', 'finished_ms'])
    .where('nth', '<=', SYNCS_MEASURED)
    .execute();
  const durations = Map.groupBy(rows, (row) => row.connector_id);
  return new Map(
    [...durations].map(([id, runs]) => {
      const sorted = runs.map((run) => (run.finished_ms ?? run.started_ms) - run.started_ms).sort((a, b) => a - b);
      return [id, sorted[Math.floor((sorted.length - 1) / 2)] ?? 0];
    }),
  );
}

async function heldBackSummaries(db: Db, rows: readonly ConnectorRow[]): Promise<ReadonlyMap<string, string>> {
  const ids = rows.flatMap((row) => row.held_back_sync_id ?? []);
  if (ids.length === 0) return new Map();
  const syncs = await db.selectFrom('syncs').select(['id', 'reason']).where('id', 'in', ids).execute();
  return new Map(syncs.map(({ id, reason }) => [id, reason]));
}

/** The same counts as those of an app, of what this connector brings. Having an account at all is a grant that no account counts. */
async function connectorCounts(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, Connector['counts']>> {
  const present = sql`t.app_id = connectors.app_id and t.connector_id = connectors.id and t.removed_ms is null`;
  const rows = await db
    .selectFrom('connectors')
    .select('connectors.id')
    .select([
      sql<number>`(select count(*) from accounts as t where ${present})`.as('accounts'),
      sql<number>`(select count(*) from entitlements as t where ${present})`.as('entitlements'),
      sql<number>`(select cast(coalesce(sum(t.grant_count + 1), 0) as bigint) from accounts as t where ${present})`.as(
        'grants',
      ),
    ])
    .where('connectors.id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}
