import { rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { copyC1z, emptyC1z, type WholeFile } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Flags } from '../cli/flags.ts';
import type { CommandContext } from '../commands/command.ts';
import { requireNewPath } from '../file/new-file.ts';
import { locateFile, noSuchSync } from '../file/open-file.ts';
import { note } from '../output/note.ts';
import type { MessageMask } from './mask-message.ts';
import { Masks } from './masks.ts';
import { maskRow, type Row, rowMasks } from './row-masks.ts';
import { keepSecret, openSecret } from './secret.ts';

/** Where the newest sync of a copy begins, unless `--anchor` says something else. */
const DEFAULT_ANCHOR = '2020-01-01T00:00:00Z';
/** After so many rows the event loop gets a turn, so that Ctrl-C is heard. */
const ROWS_PER_TURN = 500;
/** Tables whose names are known before the first row is written. */
const NAMING_TABLES = ['v1_resources', 'v1_entitlements'];

/** Writes a copy of the file in which nobody can be recognised and everything still refers to what it referred to. */
export async function sanitizeFile({ flags, signal }: CommandContext): Promise<undefined> {
  const out = flags.string('out');
  if (out === '') throw new BatonError(Code.Unknown, 'sanitize needs --out, the file to write');
  requireSqliteEngine(flags.string('out-engine'));
  const anchorMs = anchor(flags.optional('anchor') ?? DEFAULT_ANCHOR);
  requireNewPath(out);
  const secret = openSecret(flags.optional('secret-file'), out);

  await using file = await locateFile(flags.string('file'), signal);
  await using source = await copyC1z(file.path, { name: file.name, signal });
  keepWanted(source.file, flags.optional('sync-id'), file.name);
  await using target = await emptyC1z();
  const unknown = new UnknownAnnotations(flags);
  const mask: MessageMask = {
    masks: new Masks(secret.bytes),
    shiftMs: anchorMs - newestStart(source.file, anchorMs),
    unknownAnnotation: (typeName) => unknown.found(typeName),
  };
  await learnNames(source.file, mask, signal);
  await maskRows(source.file, target.file, mask, signal);
  keepStats(target.file);

  keepSecret(secret);
  try {
    await target.saveAs(out);
  } catch (error) {
    if (secret.newPath !== undefined) rmSync(secret.newPath, { force: true });
    throw error;
  }
  unknown.tell();
  tellAssets(source.file);
  if (secret.newPath !== undefined) {
    note(`${secret.newPath} can tell whom a mask stands for: keep it to yourself, or remove it`);
  }
}

/** All syncs without `--sync-id`. */
function keepWanted(source: WholeFile, wanted: string | undefined, name: string): void {
  if (wanted === undefined) return;
  if (!source.runs().some((run) => run.syncId === wanted)) throw noSuchSync(name, wanted);
  source.keepOnly(wanted);
}

function requireSqliteEngine(engine: string): void {
  if (engine === 'sqlite') return;
  throw engine === 'pebble'
    ? new BatonError(
        Code.Unimplemented,
        '--out-engine pebble is not offered: only the Go tools write v3 files. Use sqlite',
      )
    : new BatonError(Code.InvalidArgument, `--out-engine is "${engine}"; it takes sqlite`);
}

function anchor(text: string): number {
  const isRfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.test(text);
  const ms = isRfc3339 ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new BatonError(Code.InvalidArgument, `--anchor is "${text}"; it takes a time such as ${DEFAULT_ANCHOR}`);
}

function newestStart(file: WholeFile, otherwise: number): number {
  const starts = file.runs().map((run) => run.startedAt.getTime());
  return starts.length === 0 ? otherwise : Math.max(...starts);
}

/** A word of the field that is also somebody's name or id in this file is masked too, so names are read before rows are. */
async function learnNames(source: WholeFile, mask: MessageMask, signal: AbortSignal): Promise<void> {
  for (const table of NAMING_TABLES) {
    await eachRow(source, table, signal, (row) => void maskRow(rowMasks[table] ?? {}, row, mask));
  }
}

async function maskRows(source: WholeFile, target: WholeFile, mask: MessageMask, signal: AbortSignal): Promise<void> {
  for (const [table, columns] of Object.entries(rowMasks)) {
    const names = Object.keys(columns).filter((name) => hasColumn(target, table, name));
    const marks = names.map(() => '?').join(', ');
    const insert = target.db.prepare(`insert into ${table} (${names.join(', ')}) values (${marks})`);
    target.db.exec('begin');
    await eachRow(source, table, signal, (row) => void insert.run(...maskRow(columns, row, mask)));
    target.db.exec('commit');
  }
}

function hasColumn({ db }: WholeFile, table: string, column: string): boolean {
  return db.prepare('select 1 from pragma_table_info(?) where name = ?').get(table, column) !== undefined;
}

async function eachRow(
  { db }: WholeFile,
  table: string,
  signal: AbortSignal,
  visit: (row: Row) => void,
): Promise<void> {
  let rows = 0;
  for (const row of db.prepare(`select * from ${table} order by id`).iterate()) {
    visit(row);
    rows += 1;
    if (rows % ROWS_PER_TURN === 0) await setImmediate();
    signal.throwIfAborted();
  }
}

/** Stored counts name resource types, so that they are made anew. */
function keepStats(target: WholeFile): void {
  for (const run of target.runs()) target.recalculateStats(run.syncId);
}

function tellAssets({ db }: WholeFile): void {
  const assets = Number(db.prepare('select count(*) as count from v1_assets').get()?.['count']);
  if (assets > 0) note(`${assets} assets (pictures and other files) are left out: they may show anybody`);
}

/** Annotations of types that this program does not know: refused, or left out when that was allowed. */
class UnknownAnnotations {
  readonly #isAllowed: boolean;
  readonly #typeNames = new Set<string>();

  constructor(flags: Flags) {
    this.#isAllowed = flags.bool('allow-unknown-annotations');
  }

  found(typeName: string): void {
    if (!this.#isAllowed) {
      throw new BatonError(
        Code.FailedPrecondition,
        `the file holds annotations of the type ${typeName}, which this program does not know and cannot mask. ` +
          '--allow-unknown-annotations leaves them out',
      );
    }
    this.#typeNames.add(typeName);
  }

  tell(): void {
    if (this.#typeNames.size > 0) note(`annotations of unknown types are left out: ${[...this.#typeNames].join(', ')}`);
  }
}
