import type { ConnectorLogLine } from '../domain/sync-progress.ts';
import type { LogLevel } from '../logger.ts';
import type { Db, Store } from '../store/store.ts';
import { shownLine } from './log-lines.ts';

/** A week of hourly syncs, and what went wrong in between. */
export const LINES_KEPT = 5_000;
/** Of one answer, and of one look at the log. */
export const LINES_SHOWN = 500;
/** A line is for people; what is longer is cut. */
const LONGEST_LINE = 2_000;
/** After so many new lines of a connector the oldest are dropped. */
const PRUNE_EVERY = 500;
/** More than a connector says in a second: those beyond are counted, not kept. */
const MOST_WAITING = 2_000;
/** Lines that come together are written together. */
const GATHER_MS = 100;

export interface LogLine {
  readonly connectorId: string;
  readonly atMs: number;
  readonly level: LogLevel;
  readonly message: string;
}

/** The log that people see of a connector: what the console did, and what a hosted connector says. */
export class ConnectorLog {
  readonly #store: Store;
  readonly #failed: (error: unknown) => void;
  readonly #sinceLastPrune = new Map<string, number>();
  #waiting: LogLine[] = [];
  #dropped = 0;
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  /** @param failed told of lines that could not be written */
  constructor(store: Store, failed: (error: unknown) => void) {
    this.#store = store;
    this.#failed = failed;
  }

  /** What a hosted connector says. */
  addLine(connectorId: string, atMs: number, line: ConnectorLogLine): void {
    this.add({ connectorId, atMs, level: line.level, message: shownLine(line) });
  }

  /** Returns at once. */
  add(line: LogLine): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#dropped += 1;
      return;
    }
    const message = line.message.replaceAll('\0', '').toWellFormed();
    const isLong = message.length > LONGEST_LINE;
    this.#waiting.push({ ...line, message: isLong ? `${message.slice(0, LONGEST_LINE).toWellFormed()}…` : message });
    this.#timer ??= setTimeout(() => void this.flush(), GATHER_MS);
  }

  /** Resolves when everything so far is written. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write().catch(this.#failed));
    await this.#writing;
  }

  async #write(): Promise<void> {
    const lines = this.#waiting;
    const last = lines.at(-1);
    if (last === undefined) return;
    this.#waiting = [];
    if (this.#dropped > 0) {
      lines.push({ ...last, level: 'warn', message: `${this.#dropped} lines were too many at once and are not kept.` });
      this.#dropped = 0;
    }
    const rows = lines.map(({ connectorId, atMs, level, message }) => ({
      connector_id: connectorId,
      at_ms: atMs,
      level,
      message,
    }));
    const rowsAtOnce = 500;
    await this.#store.transaction(async (trx) => {
      for (let start = 0; start < rows.length; start += rowsAtOnce) {
        await trx
          .insertInto('connector_log')
          .values(rows.slice(start, start + rowsAtOnce))
          .execute();
      }
    });
    for (const [connectorId, added] of Map.groupBy(lines, (line) => line.connectorId)) {
      const count = (this.#sinceLastPrune.get(connectorId) ?? PRUNE_EVERY) + added.length;
      this.#sinceLastPrune.set(connectorId, count < PRUNE_EVERY ? count : 0);
      if (count >= PRUNE_EVERY) await this.#prune(connectorId);
    }
  }

  async #prune(connectorId: string): Promise<void> {
    const { db } = this.#store;
    const oldestKept = await db
      .selectFrom('connector_log')
      .select('seq')
      .where('connector_id', '=', connectorId)
      .orderBy('seq', 'desc')
      .offset(LINES_KEPT - 1)
      .limit(1)
      .executeTakeFirst();
    if (oldestKept === undefined) return;
    await db
      .deleteFrom('connector_log')
      .where('connector_id', '=', connectorId)
      .where('seq', '<', oldestKept.seq)
      .execute();
  }
}

export interface LinesWanted {
  /** Those after this one; 0: the newest. */
  readonly after: number;
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

/** The lines that are wanted, as many as one look shows. */
export async function readLog(db: Db, connectorId: string, { after, sinceMs, untilMs }: LinesWanted) {
  let lines = db
    .selectFrom('connector_log')
    .select(['seq', 'at_ms', 'level', 'message'])
    .where('connector_id', '=', connectorId)
    .limit(LINES_SHOWN);
  if (sinceMs !== undefined) lines = lines.where('at_ms', '>=', sinceMs);
  if (untilMs !== undefined) lines = lines.where('at_ms', '<=', untilMs);
  if (after > 0) return await lines.where('seq', '>', after).orderBy('seq').execute();
  return (await lines.orderBy('seq', 'desc').execute()).toReversed();
}
