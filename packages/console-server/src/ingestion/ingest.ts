import type { SyncRun } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Transaction } from 'kysely';
import { createAuditLog } from '../audit/append.ts';
import type { Clock } from '../clock.ts';
import type { RequestContext } from '../domain/actor.ts';
import { judge } from '../domain/anomaly.ts';
import { countApp } from '../store/app-counts.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { amounts } from './amounts.ts';
import { applyAccounts } from './apply-accounts.ts';
import { applyEntitlements } from './apply-entitlements.ts';
import { applyResourceTypes } from './apply-resource-types.ts';
import { applyResources } from './apply-resources.ts';
import { type Change, type Changes, changeSet, isEmpty, type KnownRow } from './change-set.ts';
import { type CheckedUpload, withCheckedSync } from './check-upload.ts';
import { type EarlierFile, earlierFile } from './earlier-file.ts';
import { saidPart } from './fingerprint.ts';
import { Ingestion } from './ingestion.ts';
import { loadKnown } from './load-known.ts';
import { type ScannedSync, scanSync } from './scan-sync.ts';
import { takeTurns } from './turns.ts';

export interface Upload {
  readonly connectorId: string;
  readonly appId: string;
  /** Of the row in `syncs`. */
  readonly syncId: string;
  /** The `.c1z`. It is only read. */
  readonly path: string;
  /** Who caused the sync, for the system log. Its signal stops the work; nothing is changed then. */
  readonly context: RequestContext;
  readonly clock: Clock;
  /** Applies also what looks like missing data: somebody has confirmed it. */
  readonly force?: boolean;
  /** Where the file is unpacked. Default: the temporary folder of the operating system. */
  readonly tempDir?: string | undefined;
}

export interface IngestResult {
  readonly result: 'APPLIED' | 'UNCHANGED' | 'HELD_BACK' | 'FAILED';
  /** What the file holds. Null when it was refused. */
  readonly counts: SyncRun['counts'];
  /** What was changed, or would be; the grants are counted only as they are applied. */
  readonly differences: SyncRun['differences'];
  readonly warnings: readonly string[];
  /** Why it was held back or refused; empty otherwise. */
  readonly reason: string;
}

/**
 * Applies an uploaded `.c1z` to what is known of an app, all of it or nothing. What vanished is marked as removed and never
 * deleted; what comes back has the id that it had. A file that is damaged, empty or no finished full sync changes nothing,
 * nor does one that looks as if data were missing (`governance.md §2.2`), unless the connector does not want that looked for.
 *
 * The caller sees to it that there is one at a time for a connector.
 *
 * @throws whatever makes the database fail, or the reason of the context's signal; nothing is changed then either
 */
export async function ingest(store: Store, upload: Upload): Promise<IngestResult> {
  const { signal } = upload.context;
  const earlier = await earlierFile(store, upload.connectorId);
  const options = { tempDir: upload.tempDir, signal, earlier: earlier?.path };
  let isRead = false;
  try {
    return await withCheckedSync(upload.path, options, async (checked) => {
      const scanned = await scanSync(checked.sync, signal, checked.since);
      isRead = true;
      return await apply(store, upload, checked, scanned, checked.since && earlier);
    });
  } catch (error) {
    // Whatever is wrong with the file is found before the database is touched.
    if (isRead || signal.aborted || !BatonError.is(error)) throw error;
    return { result: 'FAILED', counts: null, differences: null, warnings: [], reason: error.message };
  }
}

async function apply(
  store: Store,
  { connectorId, appId, syncId, context, clock, force = false }: Upload,
  { sync, warnings: found }: CheckedUpload,
  scanned: ScannedSync,
  earlier: EarlierFile | undefined,
): Promise<IngestResult> {
  const warnings = [...found, ...strayGrants(scanned)];
  const audit = createAuditLog({ store, clock });
  return await store.transaction(async (trx) => {
    await store.lock(trx, `ingestion/${appId}`);
    const nowMs = clock.now();
    const connector = await connectorOf(trx, appId, connectorId);
    if (earlier !== undefined && connector.applied_sync_id !== earlier.syncId) {
      throw new BatonError(Code.Aborted, `Another sync of ${connector.display_name} was applied meanwhile.`);
    }
    const known = await loadKnown(trx, appId, connectorId);
    const changes = changeSet(scanned, known);
    const counts = {
      accounts: scanned.resources.filter(({ isAccount }) => isAccount).length,
      resources: scanned.resources.length,
      entitlements: scanned.entitlements.length,
      grants: changes.accountGrants,
    };
    const differences = {
      accounts: difference(
        changes.accounts,
        ({ index, known: before }) => scanned.resources[index]?.fingerprint === saidPart(before?.fingerprint ?? ''),
      ),
      entitlements: difference(changes.entitlements),
      grants: { added: 0, removed: 0, changed: 0 },
    };
    const noteApplied = async (): Promise<void> => {
      await trx.updateTable('connectors').set({ applied_sync_id: syncId }).where('id', '=', connectorId).execute();
    };
    if (isEmpty(changes)) {
      await noteApplied();
      return { result: 'UNCHANGED', counts, differences, warnings, reason: '' };
    }

    if (!force && connector.pause_on_anomaly === 1) {
      const of = { trx, appId, connectorId, nowMs, known, scanned, changes };
      const reason = judge(await amounts(of));
      if (reason !== undefined) return { result: 'HELD_BACK', counts, differences, warnings, reason };
    }

    const ingestion = new Ingestion({
      trx,
      dialect: store.dialect,
      appId,
      connectorId,
      syncId,
      nowMs,
      lastSeenMs: connector.last_good_sync_ms ?? nowMs,
      sync,
      scanned,
      known,
      changes,
      turns: takeTurns(context.signal),
    });
    await ingestion.takeOver();
    const resourceIds = await applyResources(ingestion);
    const entitlements = await applyEntitlements(ingestion, resourceIds);
    const grants = await applyAccounts(ingestion, resourceIds, entitlements);
    await applyResourceTypes(ingestion);
    await countApp(trx, appId);
    await noteApplied();
    const applied = { ...differences, grants };
    await audit.append(trx, context, {
      action: 'connector.data_applied',
      target: { kind: 'connector', id: connectorId, displayName: connector.display_name },
      after: { syncId, counts, differences: applied, ...(force && { confirmed: true }) },
    });
    return { result: 'APPLIED', counts, differences: applied, warnings, reason: '' };
  });
}

async function connectorOf(trx: Transaction<Tables>, appId: string, connectorId: string) {
  const row = await trx
    .selectFrom('connectors')
    .select(['display_name', 'pause_on_anomaly', 'last_good_sync_ms', 'applied_sync_id'])
    .where('id', '=', connectorId)
    .where('app_id', '=', appId)
    .where('deleted_ms', 'is', null)
    .executeTakeFirst();
  if (row !== undefined) return row;
  throw new BatonError(
    Code.NotFound,
    `The connector ${connectorId} is not there any more, so its data was not applied.`,
  );
}

/** @param isSame tells of a changed row that only what belongs to it has changed */
function difference<Row extends KnownRow>(
  { present, removed }: Changes<Row>,
  isSame: (change: Change<Row>) => boolean = () => false,
) {
  const changed = present.filter((change) => change.kind === 'changed');
  return {
    added: present.length - changed.length,
    removed: removed.length,
    changed: changed.filter((change) => !isSame(change)).length,
  };
}

function strayGrants({ holdings: { strayGrants: count } }: ScannedSync): string[] {
  return count === 0
    ? []
    : [`${count} grants are left out: they name an account or an entitlement that is not in the file`];
}
