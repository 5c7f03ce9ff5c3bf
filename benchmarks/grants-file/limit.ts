import { createReadStream, createWriteStream, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { peakBytes, plus, type Span, time, timeAsync } from './usage.ts';

/** `C1ZF` and a zero byte stand before the one zstd frame. */
export const headerBytes = 5;
const chunkBytes = 1 << 20;
/** Rows that are held in memory, already encoded, before they are put. */
const batchRows = 10_000;

export interface LimitFigures {
  readonly insert: Span;
  readonly index: Span;
  readonly pack: Span;
  readonly peakBytes: number;
}

/**
 * Puts the rows of the file that the store made into the same tables by SQLite alone, indexes, compresses and renames.
 * Reading the rows is not timed: here they count as already encoded.
 */
export async function limitRun(folder: string): Promise<LimitFigures> {
  const sourcePath = join(folder, 'source.db');
  await unpackAlone(join(folder, 'sync.c1z'), sourcePath);
  const source = new DatabaseSync(sourcePath, { readOnly: true });
  const path = join(folder, 'limit.db');
  const db = new DatabaseSync(path);
  db.exec('pragma journal_mode = off; pragma synchronous = off; pragma locking_mode = exclusive');
  db.exec('pragma cache_size = -65536');

  let insert = time(() => {
    for (const sql of definitions(source, 'table')) db.exec(sql);
    db.exec('begin');
  });
  for (const table of ['v1_resource_types', 'v1_resources', 'v1_entitlements', 'v1_sync_runs', 'v1_grants']) {
    const columns = source.prepare('select name from pragma_table_info(?)').all(table).length;
    const put = db.prepare(`insert into ${table} values (${Array(columns).fill('?').join(', ')})`);
    const read = source.prepare(`select * from ${table} where id > ? order by id limit ?`);
    read.setReturnArrays(true);
    for (let lastId: SQLInputValue = 0; ; ) {
      const found: unknown[] = read.all(lastId, batchRows);
      const encoded = found.filter(isRow);
      const last = encoded.at(-1);
      if (last === undefined) break;
      insert = plus(
        insert,
        time(() => {
          for (const row of encoded) put.run(...row);
        }),
      );
      lastId = last[0] ?? 0;
    }
  }
  insert = plus(
    insert,
    time(() => db.exec('commit')),
  );
  const index = time(() => {
    for (const sql of definitions(source, 'index')) db.exec(sql);
  });
  source.close();
  db.close();
  const pack = await timeAsync(() => packAlone(path, join(folder, 'limit.c1z')));
  return { insert, index, pack, peakBytes: peakBytes() };
}

function isRow(row: unknown): row is SQLInputValue[] {
  return Array.isArray(row);
}

function definitions(db: DatabaseSync, type: string): string[] {
  return db
    .prepare('select sql from sqlite_master where type = ? and sql is not null')
    .all(type)
    .map((row) => String(row['sql']));
}

async function packAlone(from: string, to: string): Promise<void> {
  const compress = createZstdCompress({
    chunkSize: chunkBytes,
    pledgedSrcSize: statSync(from).size,
    params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  const temporary = `${to}.tmp`;
  await pipeline(
    createReadStream(from, { highWaterMark: chunkBytes }),
    compress,
    createWriteStream(temporary, { flush: true }),
  );
  renameSync(temporary, to);
}

/** Decompression without any check of ours. */
export async function unpackAlone(from: string, to: string): Promise<void> {
  await pipeline(
    createReadStream(from, { start: headerBytes, highWaterMark: chunkBytes }),
    createZstdDecompress({ chunkSize: chunkBytes }),
    createWriteStream(to),
  );
}
