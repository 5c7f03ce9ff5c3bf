import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BatonServiceFinishTaskRequest,
  BatonServiceFinishTaskRequestSchema,
} from '@baton-ts/protocol/connectorapi-v1';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { Clock } from '../http/clock.ts';
import type { Logger } from '../logger.ts';
import { readSealed, syncFolder, writeSealed } from './sealed-file.ts';

/**
 * What is on disk about a task. `started`: a change that may have been made, whose result nobody knows. `risked`: the
 * same, and it must not be made twice. `unsent`: done, and the server does not know. `sent`: done, and the server has the
 * result.
 */
export type TaskState = 'started' | 'risked' | 'unsent' | 'sent';

export interface OutboxOptions {
  /** A private folder; made when it is not there. */
  readonly folder: string;
  /** From `sealingKey`: results may hold what an invitation is accepted with. */
  readonly key: Buffer;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A server asks again for a task that it has the result of only shortly after, if at all. */
const maxSent = 500;
/** With more results that the server does not take, no new work is begun. */
const maxUnsent = 200;
/** A file that is still aside after this was left by a killed process. */
const writingMs = 60_000;
/** After this time the server has long given the task up. */
const maxAgeMs = 7 * 24 * 60 * 60_000;

/**
 * Results of tasks, kept on disk until the server has them, and a while longer, so that a task that comes again is
 * answered and not done again: after a lost answer, a crash, a restart.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  /** In the order in which they came into their state. */
  readonly #states = new Map<string, TaskState>();

  private constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Reads what earlier runs have left. */
  static async open(options: OutboxOptions): Promise<Outbox> {
    const outbox = new Outbox(options);
    await outbox.#load();
    return outbox;
  }

  /** What is known of a task. */
  state(taskId: string): TaskState | undefined {
    return this.#states.get(fileName(taskId));
  }

  /** Whether so many results wait for the server that no more should be made. */
  get isFull(): boolean {
    return this.#names('unsent').length >= maxUnsent;
  }

  /** Notes that a change is about to be made. */
  async begin(taskId: string, state: 'started' | 'risked'): Promise<void> {
    await writeFile(this.#path(fileName(taskId), state), String(process.pid), { mode: 0o600 });
    await syncFolder(this.#options.folder);
    this.#note(fileName(taskId), state);
  }

  /** Tasks that an earlier run has risked and not ended; not those of a process that still runs and may yet end them. */
  async cutOff(): Promise<readonly string[]> {
    const names: string[] = [];
    for (const name of this.#names('risked')) {
      // Whoever ended it in the meantime has told the server.
      const pid = await readFile(this.#path(name, 'risked'), 'utf8').catch(() => undefined);
      if (pid !== undefined && !isRunningElsewhere(Number(pid))) names.push(name);
    }
    return names;
  }

  /** Keeps a result until `settle`. */
  async keep(request: BatonServiceFinishTaskRequest): Promise<void> {
    const name = fileName(request.taskId);
    const bytes = toBinary(BatonServiceFinishTaskRequestSchema, request);
    await writeSealed(this.#path(name, 'unsent'), name, bytes, this.#options.key);
    const before = this.#states.get(name);
    if (before === 'started' || before === 'risked') await this.#remove(name, before);
    this.#note(name, 'unsent');
  }

  /**
   * The server has the result.
   *
   * @param remember whether a task of this id is to be answered with it again; false when the server may want it done again
   */
  async settle(taskId: string, remember: boolean): Promise<void> {
    if (!remember) return this.forget(taskId);
    const name = fileName(taskId);
    if (this.#states.get(name) !== 'unsent') return;
    // Should this not last, the server is told once more.
    await rename(this.#path(name, 'unsent'), this.#path(name, 'sent'));
    this.#note(name, 'sent');
    await this.#trim();
  }

  /** Forgets a task: it is done anew when it comes again. */
  async forget(taskId: string): Promise<void> {
    const name = fileName(taskId);
    const state = this.#states.get(name);
    if (state === undefined) return;
    await this.#remove(name, state);
    this.#states.delete(name);
  }

  /** The result of a task, sent or not. */
  result(taskId: string): Promise<BatonServiceFinishTaskRequest | undefined> {
    return this.#read(fileName(taskId));
  }

  /** Results that the server does not have, oldest first. */
  async unsent(): Promise<BatonServiceFinishTaskRequest[]> {
    const results: BatonServiceFinishTaskRequest[] = [];
    for (const name of this.#names('unsent')) {
      const result = await this.#read(name);
      if (result !== undefined) results.push(result);
    }
    return results;
  }

  async #read(name: string): Promise<BatonServiceFinishTaskRequest | undefined> {
    const state = this.#states.get(name);
    if (state !== 'unsent' && state !== 'sent') return undefined;
    const bytes = await readSealed(this.#path(name, state), name, this.#options.key);
    if (bytes !== undefined) return fromBinary(BatonServiceFinishTaskRequestSchema, bytes);
    this.#options.logger.warn(
      'The result of a task, kept by an earlier run, cannot be read: the file is damaged, or the client secret is another one now. The task is answered anew when it comes again.',
      { file: this.#path(name, state) },
    );
    await rename(this.#path(name, state), this.#path(name, 'started'));
    this.#note(name, 'started');
    return undefined;
  }

  async #load(): Promise<void> {
    const { folder, clock } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const found: { name: string; state: TaskState; sinceMs: number }[] = [];
    for (const file of await readdir(folder)) {
      const [name = '', state = '', aside] = file.split('.');
      const path = join(folder, file);
      const sinceMs = (await stat(path).catch(() => undefined))?.mtimeMs;
      // It was there a moment ago.
      if (sinceMs === undefined) continue;
      const isKnown = aside === undefined && isState(state);
      const ageMs = clock.wallMs() - sinceMs;
      if (isKnown && ageMs < maxAgeMs) found.push({ name, state, sinceMs });
      // Another process may be writing it at this moment.
      else if (ageMs > writingMs) await rm(path, { force: true });
    }
    // A result beside a note that its task was begun: the process ended between the two steps of `keep`.
    const rank: Readonly<Record<TaskState, number>> = { started: 0, risked: 1, unsent: 2, sent: 3 };
    found.sort((a, b) => rank[a.state] - rank[b.state] || a.sinceMs - b.sinceMs);
    for (const { name, state } of found) {
      const before = this.#states.get(name);
      if (before !== undefined) await this.#remove(name, before);
      this.#states.delete(name);
      this.#states.set(name, state);
    }
    await this.#trim();
  }

  async #trim(): Promise<void> {
    const sent = this.#names('sent');
    for (const name of sent.slice(0, Math.max(0, sent.length - maxSent))) {
      await this.#remove(name, 'sent');
      this.#states.delete(name);
    }
  }

  #names(wanted: TaskState): string[] {
    return [...this.#states].flatMap(([name, state]) => (state === wanted ? [name] : []));
  }

  #note(name: string, state: TaskState): void {
    this.#states.delete(name);
    this.#states.set(name, state);
  }

  #path(name: string, state: TaskState): string {
    return join(this.#options.folder, `${name}.${state}`);
  }

  async #remove(name: string, state: TaskState): Promise<void> {
    await rm(this.#path(name, state), { force: true });
  }
}

function isRunningElsewhere(pid: number): boolean {
  // In a container every run may have the same number.
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function isState(text: string): text is TaskState {
  return text === 'started' || text === 'risked' || text === 'unsent' || text === 'sent';
}

/** Ids are KSUIDs by the rules; anything else from outside does not become part of a path. */
function fileName(taskId: string): string {
  return /^[A-Za-z0-9]{1,64}$/.test(taskId) ? taskId : createHash('sha256').update(taskId).digest('hex');
}
