import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  RawNode,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { WriteLock } from './write-lock.ts';

/** How long another process, such as a command, may be writing before a write gives up. */
const BUSY_LIMIT_MS = 5_000;
const BUSY_RETRY_MS = 10;
/** `SQLITE_BUSY`. */
const BUSY = 5;
/** Readers never wait for writers; this is for the moment in which a file is recovered. It stops the whole process. */
const READER_TIMEOUT_MS = 1_000;
/** Kept prepared: a server uses some hundred statements. */
const STATEMENTS_KEPT = 256;
/** A statement longer than this, such as a big insert, is not kept. */
const LONGEST_KEPT = 20_000;
/** SQLite runs in this thread: after so long, a transaction lets requests and timers have their turn. */
const TURN_MS = 10;

/**
 * Kysely on `node:sqlite`. Writes and transactions share one connection and take turns; everything else reads from a
 * second one, and so neither waits for a transaction nor sees half of it. A stream has a connection of its own, since
 * it holds on to the state of its beginning.
 *
 * @param lock who has it writes
 */
export function sqliteDialect(path: string, lock: WriteLock): Dialect {
  return {
    createAdapter: () => new ConcurrentSqliteAdapter(),
    createDriver: () => new SqliteDriver(path, lock),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

class ConcurrentSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class SqliteDriver implements Driver {
  readonly #path: string;
  readonly #lock: WriteLock;
  #writer: Connection | undefined;
  #reader: Connection | undefined;

  constructor(path: string, lock: WriteLock) {
    this.#path = path;
    this.#lock = lock;
  }

  async init(): Promise<void> {
    const db = new DatabaseSync(this.#path, { timeout: 0 });
    try {
      await whenFree(() => db.exec('pragma journal_mode = wal'));
      db.exec('pragma synchronous = full; pragma cache_size = -32000; pragma journal_size_limit = 67108864');
      this.#writer = new Connection(db);
      this.#reader = new Connection(openReader(this.#path));
    } catch (error) {
      db.close();
      throw error;
    }
  }

  async acquireConnection(): Promise<RoutedConnection> {
    if (this.#writer === undefined || this.#reader === undefined) throw new Error('The database is closed.');
    return new RoutedConnection(this.#path, this.#writer, this.#reader, this.#lock);
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(connection: RoutedConnection): Promise<void> {
    await connection.begin();
  }

  async commitTransaction(connection: RoutedConnection): Promise<void> {
    connection.end('commit');
  }

  async rollbackTransaction(connection: RoutedConnection): Promise<void> {
    connection.end('rollback');
  }

  async savepoint(connection: RoutedConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`savepoint "${name}"`));
  }

  async rollbackToSavepoint(connection: RoutedConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`rollback to "${name}"`));
  }

  async releaseSavepoint(connection: RoutedConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`release "${name}"`));
  }

  async destroy(): Promise<void> {
    await this.#lock.hold();
    this.#reader?.close();
    this.#writer?.close();
    this.#reader = undefined;
    this.#writer = undefined;
    this.#lock.release();
  }
}

/** What Kysely holds during one query or one transaction. */
class RoutedConnection implements DatabaseConnection {
  readonly #path: string;
  readonly #writer: Connection;
  readonly #reader: Connection;
  readonly #lock: WriteLock;
  #inTransaction = false;
  #turnStartedMs = 0;

  constructor(path: string, writer: Connection, reader: Connection, lock: WriteLock) {
    this.#path = path;
    this.#writer = writer;
    this.#reader = reader;
    this.#lock = lock;
  }

  async begin(): Promise<void> {
    await this.#lock.hold();
    try {
      await whenFree(() => this.#writer.execute('begin immediate', []));
      this.#inTransaction = true;
      this.#turnStartedMs = performance.now();
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }

  end(how: 'commit' | 'rollback'): void {
    // A failed statement may have ended the transaction already.
    const isOpen = this.#writer.isInTransaction;
    if (!isOpen && how === 'commit') throw new Error('The database has ended the transaction.');
    if (isOpen) this.#writer.execute(how, []);
    this.#inTransaction = false;
    this.#lock.release();
  }

  async executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#inTransaction) {
      if (performance.now() - this.#turnStartedMs > TURN_MS) {
        await setImmediate();
        this.#turnStartedMs = performance.now();
      }
      return this.#writer.execute(compiled.sql, compiled.parameters);
    }
    if (onlyReads(compiled)) return this.#reader.execute(compiled.sql, compiled.parameters);
    await this.#lock.hold();
    try {
      return await whenFree(() => this.#writer.execute<R>(compiled.sql, compiled.parameters));
    } finally {
      this.#lock.release();
    }
  }

  async *streamQuery<R>(compiled: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    const connection = this.#inTransaction ? this.#writer : new Connection(openReader(this.#path));
    try {
      for (const rows of connection.iterate<R>(compiled.sql, compiled.parameters, chunkSize)) {
        await setImmediate();
        yield { rows };
      }
    } finally {
      if (!this.#inTransaction) connection.close();
    }
  }
}

/** One `DatabaseSync` with its prepared statements. */
class Connection {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, Prepared>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  get isInTransaction(): boolean {
    return this.#db.isTransaction;
  }

  execute<R>(sql: string, parameters: readonly unknown[]): QueryResult<R> {
    const { statement, hasRows } = this.#prepare(sql);
    const values = parameters as SQLInputValue[];
    if (hasRows) return { rows: statement.all(...values).map((row) => plain(row) as R) };
    const { changes, lastInsertRowid } = statement.run(...values);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  *iterate<R>(sql: string, parameters: readonly unknown[], chunkSize: number): Generator<R[]> {
    // Not a kept one: it stays in use between two chunks.
    const statement = this.#db.prepare(sql);
    let rows: R[] = [];
    for (const row of statement.iterate(...(parameters as SQLInputValue[]))) {
      rows.push(plain(row) as R);
      if (rows.length < chunkSize) continue;
      yield rows;
      rows = [];
    }
    if (rows.length > 0) yield rows;
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #prepare(sql: string): Prepared {
    const known = this.#statements.get(sql);
    if (known !== undefined) {
      // The last used one goes to the end, and the first is the one to drop.
      this.#statements.delete(sql);
      this.#statements.set(sql, known);
      return known;
    }
    const statement = this.#db.prepare(sql);
    const prepared = { statement, hasRows: statement.columns().length > 0 };
    if (sql.length > LONGEST_KEPT) return prepared;
    this.#statements.set(sql, prepared);
    const [oldest] = this.#statements.keys();
    if (this.#statements.size > STATEMENTS_KEPT && oldest !== undefined) this.#statements.delete(oldest);
    return prepared;
  }
}

interface Prepared {
  readonly statement: StatementSync;
  readonly hasRows: boolean;
}

/** The rows of `node:sqlite` have no prototype; everybody expects objects like those of PostgreSQL. */
function plain(row: object): object {
  return { ...row };
}

function openReader(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true, timeout: READER_TIMEOUT_MS });
  db.exec('pragma cache_size = -32000');
  return db;
}

/** Tries again while another process is writing, and leaves this one free meanwhile. */
async function whenFree<R>(run: () => R): Promise<R> {
  const limitMs = performance.now() + BUSY_LIMIT_MS;
  for (;;) {
    try {
      return run();
    } catch (error) {
      const { errcode } = error as { readonly errcode?: unknown };
      if (typeof errcode !== 'number' || (errcode & 0xff) !== BUSY) throw error;
      if (performance.now() > limitMs) {
        throw new BatonError(
          Code.Unavailable,
          `Another process has been writing to the database for ${BUSY_LIMIT_MS / 1000} s. Try again when it is through; several servers need PostgreSQL.`,
          { cause: error },
        );
      }
      await setTimeout(BUSY_RETRY_MS);
    }
  }
}

function onlyReads({ query, sql }: CompiledQuery): boolean {
  return SelectQueryNode.is(query) || (RawNode.is(query) && /^\s*(select|explain)\b/i.test(sql));
}
