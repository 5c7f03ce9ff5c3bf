import type { C1Server, TaskView } from '@baton-ts/c1-server';
import { Code } from '@baton-ts/protocol/errors';
import type { RequestContext } from '../domain/actor.ts';
import { keyRightsOf } from '../domain/key-rights.ts';
import { type ConnectorLogLine, progressOf, progressWords } from '../domain/sync-progress.ts';
import { LONGEST_SYNC_MS } from '../domain/sync-schedule.ts';
import type { IngestResult, Upload } from '../ingestion/ingest.ts';
import type { ConnectorLog } from './connector-log.ts';
import type { ConnectorParts } from './connector-parts.ts';
import { type ConnectorRow, findRow } from './connector-rows.ts';
import { type FileOfSync, failed, finishSync, ownContext } from './finish-sync.ts';
import { time } from './show-connector.ts';
import type { SyncFiles } from './sync-files.ts';
import { runningSync, type SyncRow } from './sync-runs.ts';

/** A sync that no process of the connector asks for in this time has failed: nobody is there. The shortest schedule. */
export const UNCLAIMED_MS = 30 * 60_000;
/** A hosted process that ends so often without having run for a while does not come up by itself. */
const EXITS_IN_A_ROW = 3;
const MOST_NOTES = 20;

/** Failures that the same settings will bring again: no second attempt is waited for. */
const FINAL_CODES: readonly number[] = [Code.Unauthenticated, Code.PermissionDenied, Code.InvalidArgument];

export interface WorkerParts extends ConnectorParts {
  readonly log: ConnectorLog;
  readonly files: SyncFiles;
  readonly ingest: (upload: Upload) => Promise<IngestResult>;
}

/** Carries running syncs from the database to the queue of the connector, and their results back. */
export class SyncWorker {
  readonly #parts: WorkerParts;
  readonly #server: C1Server;
  readonly #signal: AbortSignal;
  /** Syncs whose file is applied at this moment. */
  readonly #applying = new Map<string, Promise<void>>();
  /** What the connector warned of in the sync under way. */
  readonly #notes = new Map<string, Set<string>>();
  readonly #shown = new Map<string, string>();

  constructor(parts: WorkerParts, server: C1Server, signal: AbortSignal) {
    this.#parts = parts;
    this.#server = server;
    this.#signal = signal;
  }

  /** Looks at every sync that is under way. Safe at any time and after any crash: what is to be done is in the database. */
  async advance(): Promise<void> {
    const { db } = this.#parts.store;
    await this.#takeBack();
    await this.#parts.files.dropLeftUploads();
    const syncs = await db
      .selectFrom('syncs')
      .selectAll()
      .where('result', '=', 'RUNNING')
      .orderBy('started_ms')
      .execute();
    for (const sync of syncs.filter(({ id }) => !this.#applying.has(id))) {
      try {
        await this.#advanceOne(sync);
      } catch (error) {
        // Other connectors go on; this one is looked at again.
        const { id: sync_id, connector_id } = sync;
        this.#parts.logger.error('a sync could not be carried on', { connector_id, sync_id, error });
      }
    }
  }

  async #advanceOne(sync: SyncRow): Promise<void> {
    const row = await findRow(this.#parts.store.db, sync.connector_id);
    if (row === undefined) return;
    if (sync.trigger === 'CONFIRMATION') this.#apply(row, sync, sync, true);
    else if (sync.c1_task_id === null) await this.#enqueue(row, sync);
    else await this.#follow(row, sync, await this.#server.task(sync.c1_task_id));
  }

  /** Resolves when no file is being applied. */
  async settled(): Promise<void> {
    await Promise.all(this.#applying.values());
  }

  /** A line of a hosted connector. */
  async heard(connectorId: string, line: ConnectorLogLine): Promise<void> {
    if (line.level === 'warn' && !line.message.startsWith('Task failed')) {
      const notes = this.#notes.get(connectorId) ?? new Set();
      if (notes.size < MOST_NOTES) this.#notes.set(connectorId, notes.add(line.message));
    }
    const rights = keyRightsOf(line);
    if (rights !== undefined) {
      await this.#parts.store.db
        .updateTable('connectors')
        .set({ key_rights: JSON.stringify({ checkedAt: time(this.#parts.clock.now()), ...rights }) })
        .where('id', '=', connectorId)
        .execute();
    }
    const progress = progressOf(line);
    if (progress === undefined) return;
    const words = progressWords(progress);
    if (this.#shown.get(connectorId) === words) return;
    this.#shown.set(connectorId, words);
    const { db } = this.#parts.store;
    const sync = await runningSync(db, connectorId);
    if (sync === undefined) return;
    await db
      .updateTable('connectors')
      .set({ progress: JSON.stringify({ ...progress, startedAt: time(sync.started_ms) }), status_reason: words })
      .where('id', '=', connectorId)
      .where('status', '=', 'SYNCING')
      .execute();
  }

  /** The process of a hosted connector ended by itself. */
  async exited(connectorId: string, why: string, inARow: number): Promise<void> {
    if (inARow < EXITS_IN_A_ROW) return;
    const sync = await runningSync(this.#parts.store.db, connectorId);
    if (sync !== undefined) await this.#fail(sync, `The connector's process ends again and again: ${why}`);
  }

  async #enqueue(row: ConnectorRow, sync: SyncRow): Promise<void> {
    const request = { storageEngine: 'sqlite' };
    const task = await this.#server.enqueue(
      row.c1_connector_id,
      { case: 'syncFull', value: request },
      { dedupeKey: sync.id },
    );
    this.#notes.delete(row.id);
    this.#shown.delete(row.id);
    await this.#parts.store.db.updateTable('syncs').set({ c1_task_id: task.id }).where('id', '=', sync.id).execute();
    this.#say(row.id, 'A sync is queued.');
  }

  async #follow(row: ConnectorRow, sync: SyncRow, task: TaskView): Promise<void> {
    const { clock } = this.#parts;
    const ageMs = clock.now() - sync.started_ms;
    const said = task.result?.status;
    const isFinal = said !== undefined && FINAL_CODES.includes(said.code);
    if (task.state === 'finished') {
      const upload = task.uploads.findLast(({ kind }) => kind !== 'log');
      if (upload === undefined) {
        await this.#fail(sync, 'The connector says that the sync is done, but it sent no file. Look at its log.');
        return;
      }
      const path = await this.#parts.files.take(upload.path, row.id, sync.id);
      if (path === undefined) {
        await this.#fail(sync, 'The file that the connector sent is not in the data folder any more. Sync again.');
        return;
      }
      const file = { file_path: path, file_bytes: upload.sizeBytes, file_sha256: upload.sha256 };
      this.#apply(row, sync, file, false);
    } else if (task.state === 'failed' || task.state === 'cancelled' || isFinal) {
      await this.#fail(sync, said?.message ?? task.reason ?? 'The connector did not say why the sync ended.');
    } else if (task.state === 'pending' && task.attempts === 0 && ageMs > UNCLAIMED_MS) {
      await this.#fail(
        sync,
        'No process of the connector asked for the sync. Check that it runs and reaches the console.',
      );
    } else if (ageMs > LONGEST_SYNC_MS) {
      await this.#fail(sync, `The sync did not end within ${LONGEST_SYNC_MS / 3_600_000} hours and was stopped.`);
    }
  }

  /** In the background: other connectors go on meanwhile. */
  #apply(row: ConnectorRow, sync: SyncRow, file: FileOfSync, force: boolean): void {
    const work = this.#applyNow(row, sync, file, force)
      .catch((error: unknown) => {
        if (!this.#signal.aborted) {
          this.#parts.logger.error('a sync could not be applied', { connector_id: row.id, sync_id: sync.id, error });
        }
      })
      .finally(() => this.#applying.delete(sync.id));
    this.#applying.set(sync.id, work);
  }

  async #applyNow(row: ConnectorRow, sync: SyncRow, file: FileOfSync, force: boolean): Promise<void> {
    const { store, ingest, clock, files } = this.#parts;
    const { file_path, file_bytes, file_sha256 } = file;
    // First, so that a process that takes over finds the file where it is.
    await store.db.updateTable('syncs').set({ file_path, file_bytes, file_sha256 }).where('id', '=', sync.id).execute();
    if (file_path === null) {
      await this.#fail(sync, 'The file of the sync is not kept any more. Sync again.');
      return;
    }
    const context: RequestContext = { ...ownContext(sync.id), signal: this.#signal };
    const outcome = await ingest({
      connectorId: row.id,
      appId: row.app_id,
      syncId: sync.id,
      path: files.pathOf(file_path),
      context,
      clock,
      force,
    });
    const notes = row.catalog_id === 'sendgrid' && !force ? [...(this.#notes.get(row.id) ?? [])] : undefined;
    await finishSync(this.#parts, sync, outcome, { notes });
    this.#say(row.id, endLine(outcome), outcome.result === 'FAILED' ? 'error' : 'info');
    await files.prune(row.id);
  }

  async #fail(sync: SyncRow, reason: string): Promise<void> {
    await finishSync(this.#parts, sync, failed(reason));
    this.#say(sync.connector_id, `The sync failed: ${reason}`, 'error');
    await this.#takeBack();
  }

  /** Tasks of syncs that have ended by themselves: paused, deleted, given up. */
  async #takeBack(): Promise<void> {
    const rows = await this.#parts.store.db
      .selectFrom('c1_tasks')
      .innerJoin('syncs', 'syncs.c1_task_id', 'c1_tasks.id')
      .select('c1_tasks.id')
      .where('c1_tasks.state', 'in', ['pending', 'leased'])
      .where('syncs.result', '<>', 'RUNNING')
      .execute();
    for (const { id } of rows) await this.#server.cancel(id);
  }

  #say(connectorId: string, message: string, level: 'info' | 'error' = 'info'): void {
    this.#parts.log.add({ connectorId, atMs: this.#parts.clock.now(), level, message });
  }
}

function endLine({ result, reason, differences }: IngestResult): string {
  switch (result) {
    case 'FAILED':
      return `The sync failed: ${reason}`;
    case 'HELD_BACK':
      return `The data is held back: ${reason}`;
    case 'UNCHANGED':
      return 'Nothing has changed since the last sync.';
    case 'APPLIED': {
      const { accounts, entitlements, grants } = differences ?? {};
      const part = (name: string, difference: typeof accounts) =>
        `${name} +${difference?.added ?? 0} −${difference?.removed ?? 0}`;
      return `Applied: ${part('accounts', accounts)}, ${part('entitlements', entitlements)}, ${part('grants', grants)}.`;
    }
  }
}
