import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { TOKEN_KEY_BYTES } from './memory-store.ts';
import {
  connectorRow,
  credentialRow,
  hostRow,
  maybe,
  number,
  readConnector,
  readCredential,
  readHost,
  readTask,
  taskRow,
} from './sqlite-rows.ts';
import { SCHEMA, SCHEMA_VERSION } from './sqlite-schema.ts';
import type { C1Store } from './store.ts';

/** A server that is just ending lets go of the file within this time. */
const WAIT_MS = 5_000;

export interface SqliteStore extends C1Store {
  close(): void;
}

/**
 * Opens a store in a file, and makes it when it is missing. What a call has stored survives a crash and a power failure:
 * the write-ahead log is synced at every commit. While it is open no other server can use it. The file holds the key of the access tokens and is for its owner only.
 *
 * @param options.waitMs how long to wait for another server to let go of the file. Default: 5 s
 * @throws BatonError `FailedPrecondition` when the file cannot be opened or belongs to a newer version
 */
export function openSqliteStore(path: string, { waitMs = WAIT_MS }: { readonly waitMs?: number } = {}): SqliteStore {
  const db = openDatabase(path, waitMs);
  const statements = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  type Row = Readonly<Record<string, SQLInputValue>>;
  /** Inserts a row, or replaces what differs in the one with the same key; its place in the order stays. */
  const put = (table: string, keys: readonly string[], row: Row): void => {
    const names = Object.keys(row);
    const changed = names.filter((name) => !keys.includes(name)).map((name) => `${name} = excluded.${name}`);
    statement(
      `insert into ${table} (${names.join(', ')}) values (${names.map((name) => `:${name}`).join(', ')})
       on conflict (${keys.join(', ')}) do update set ${changed.join(', ')}`,
    ).run(row);
  };
  const one = <T>(
    read: (row: Record<string, unknown>) => T,
    sql: string,
    ...values: SQLInputValue[]
  ): T | undefined => {
    const row = statement(sql).get(...values);
    return row === undefined ? undefined : read(row);
  };
  const all = <T>(read: (row: Record<string, unknown>) => T, sql: string, ...values: SQLInputValue[]): T[] =>
    statement(sql)
      .all(...values)
      .map(read);
  const tokenKey = readTokenKey(db);

  return {
    tokenKey: async () => tokenKey,

    putConnector: async (connector) => put('connectors', ['id'], connectorRow(connector)),
    connector: async (id) => one(readConnector, 'select * from connectors where id = ?', id),
    connectors: async () => all(readConnector, 'select * from connectors order by seq'),

    putCredential: async (credential) => put('credentials', ['client_id'], credentialRow(credential)),
    credential: async (clientId) => one(readCredential, 'select * from credentials where client_id = ?', clientId),
    credentials: async (connectorId) =>
      all(readCredential, 'select * from credentials where connector_id = ? order by seq', connectorId),

    putHost: async (host) => put('hosts', ['connector_id', 'host_id'], hostRow(host)),
    async deleteHost(connectorId, hostId) {
      statement('delete from hosts where connector_id = ? and host_id = ?').run(connectorId, hostId);
    },
    hosts: async (connectorId) => all(readHost, 'select * from hosts where connector_id = ?', connectorId),

    putTask: async (task) => put('tasks', ['id'], taskRow(task)),
    task: async (id) => one(readTask, 'select * from tasks where id = ?', id),
    dueTasks: async (connectorId, { nowMs, limit, withoutSyncs }) =>
      all(
        readTask,
        `select * from tasks where connector_id = ? and state = 'pending' and not_before_ms <= ?
         and not (? and type = 'syncFull') order by seq limit ?`,
        connectorId,
        nowMs,
        withoutSyncs ? 1 : 0,
        limit,
      ),
    nextDueMs: async (connectorId, nowMs) =>
      one(
        (row) => maybe(row, 'due_ms', number),
        `select min(not_before_ms) as due_ms from tasks
         where connector_id = ? and state = 'pending' and not_before_ms > ?`,
        connectorId,
        nowMs,
      ),
    leasedTasks: async (connectorId) =>
      connectorId === undefined
        ? all(readTask, `select * from tasks where state = 'leased'`)
        : all(readTask, `select * from tasks where state = 'leased' and connector_id = ?`, connectorId),
    openTaskWithKey: async (connectorId, dedupeKey) =>
      one(
        readTask,
        `select * from tasks where connector_id = ? and dedupe_key = ? and state in ('pending', 'leased')`,
        connectorId,
        dedupeKey,
      ),
    tasks: async (connectorId, limit) =>
      all(readTask, 'select * from tasks where connector_id = ? order by seq desc limit ?', connectorId, limit),

    async rememberNonce({ clientId, nonce, untilMs }, nowMs, max) {
      statement('delete from nonces where until_ms < ?').run(nowMs);
      const count = statement('select count(*) as count from nonces where client_id = ?').get(clientId)?.['count'];
      const seen = statement('select 1 from nonces where client_id = ? and nonce = ?').get(clientId, nonce);
      if (seen !== undefined) return 'seen';
      if (Number(count) >= max) return 'full';
      statement('insert into nonces (client_id, nonce, until_ms) values (?, ?, ?)').run(clientId, nonce, untilMs);
      return 'new';
    },

    close() {
      statements.clear();
      db.close();
    },
  };
}

function openDatabase(path: string, waitMs: number): DatabaseSync {
  try {
    // SQLite itself would let others read it.
    closeSync(openSync(path, 'a', 0o600));
    const db = new DatabaseSync(path, { timeout: waitMs });
    db.exec('pragma locking_mode = exclusive');
    prepareSchema(db, path);
    return db;
  } catch (cause) {
    if (BatonError.is(cause)) throw cause;
    throw new BatonError(
      Code.FailedPrecondition,
      `The store ${path} cannot be opened. Check that no other server uses it, that its folder exists and can be written, and that it is a store.`,
      { cause },
    );
  }
}

function prepareSchema(db: DatabaseSync, path: string): void {
  const version = Number(db.prepare('pragma user_version').get()?.['user_version']);
  const isNew = db.prepare('select 1 from sqlite_schema').get() === undefined;
  if (version > SCHEMA_VERSION || (version === 0 && !isNew)) {
    db.close();
    throw new BatonError(
      Code.FailedPrecondition,
      version === 0
        ? `${path} is a database of another program. Choose another file.`
        : `The store ${path} was made by a newer version of this program (schema ${version}). Use that version or another file.`,
    );
  }
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on');
  if (version === 0) db.exec(`begin immediate; ${SCHEMA}; pragma user_version = ${SCHEMA_VERSION}; commit`);
}

function readTokenKey(db: DatabaseSync): Uint8Array {
  db.prepare('insert into token_key (id, value) values (1, ?) on conflict do nothing').run(
    randomBytes(TOKEN_KEY_BYTES),
  );
  const value = db.prepare('select value from token_key').get()?.['value'];
  if (!(value instanceof Uint8Array)) throw new BatonError(Code.DataLoss, 'The store has lost its key.');
  return value;
}
