import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Db } from '../store/store.ts';

/**
 * The end of the chain at some time, noted outside the database: whoever removes the newest records, or writes the whole
 * chain anew, has to find every such note too.
 */
export interface Anchor {
  readonly at: string;
  readonly seq: number;
  readonly hash: string;
}

export const ANCHORS_FILE = 'audit-anchors.jsonl';

export async function readAnchors(dataDir: string): Promise<readonly Anchor[]> {
  const path = join(dataDir, ANCHORS_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new BatonError(Code.FailedPrecondition, `The notes about the system log in ${path} cannot be read.`, {
      cause,
    });
  }
  // The last line may be half written: the process was killed while it noted.
  return text.split('\n').flatMap((line) => anchorOf(line) ?? []);
}

function anchorOf(line: string): Anchor | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return undefined;
    const { at, seq, hash } = value as Partial<Record<keyof Anchor, unknown>>;
    return typeof at === 'string' && typeof seq === 'number' && typeof hash === 'string'
      ? { at, seq, hash }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Notes where the chain ends now, unless that was the last thing noted. */
export class Anchors {
  readonly #db: Db;
  readonly #dataDir: string;
  #lastSeq = 0;

  constructor(db: Db, dataDir: string) {
    this.#db = db;
    this.#dataDir = dataDir;
  }

  /** @returns what was noted, for the log of the process; undefined when nothing was added since */
  async note(nowMs: number): Promise<Anchor | undefined> {
    const head = await this.#db
      .selectFrom('audit_log')
      .select(['seq', 'hash'])
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (head === undefined || head.seq === this.#lastSeq) return undefined;
    const anchor = { at: new Date(nowMs).toISOString(), ...head };
    await appendFile(join(this.#dataDir, ANCHORS_FILE), `${JSON.stringify(anchor)}\n`, { mode: 0o600 });
    this.#lastSeq = head.seq;
    return anchor;
  }
}
