import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type Dialect, PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';

/** Connections of one process. PostgreSQL allows 100 in all unless told otherwise. */
const MOST_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 10_000;
/** No statement of ours takes near as long; one that does would hold its locks. */
const STATEMENT_TIMEOUT_MS = 120_000;
/** A process that hangs inside a transaction must not hold its locks for ever. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 120_000;

const FOR_SHORT_STATEMENTS = 'set jit = off; set max_parallel_workers_per_gather = 0';

/** `bigint` and `numeric`, of which `count` and `sum` are made. */
const WHOLE_NUMBERS: ReadonlySet<number> = new Set([types.builtins.INT8, types.builtins.NUMERIC]);

export function postgresDialect(databaseUrl: string): Dialect {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: MOST_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    application_name: 'console',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        WHOLE_NUMBERS.has(oid) ? wholeNumber : types.getTypeParser(oid, format ?? 'text'),
    },
  });
  // To compile a statement, or to start processes for it, takes longer than any of ours runs. What breaks here breaks in the
  // query that waits for the connection.
  pool.on('connect', (client) => void client.query(FOR_SHORT_STATEMENTS).catch(() => {}));
  // A connection that breaks while nobody uses it: the pool has dropped it, the next query makes another one.
  pool.on('error', () => {});
  return new PostgresDialect({ pool });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new BatonError(Code.OutOfRange, `The database answered ${text}, which is too large a number.`);
  }
  return value;
}

/** The address without the password: `postgres://console@db.example.com:5432/console`. */
export function shownUrl(databaseUrl: string): string {
  try {
    const url = new URL(databaseUrl);
    const user = url.username === '' ? '' : `${url.username}@`;
    return `postgres://${user}${url.host}${url.pathname}`;
  } catch {
    return 'DATABASE_URL';
  }
}

/** What went wrong with the database, for people; `undefined` for what is not about the connection. */
export function postgresError(error: unknown, databaseUrl: string): BatonError | undefined {
  const { code, message = '' } = error as { readonly code?: unknown; readonly message?: string };
  const shown = shownUrl(databaseUrl);
  const failed = (kind: Code, text: string): BatonError => new BatonError(kind, text, { cause: error });
  switch (code) {
    case '28P01':
    case '28000':
      return failed(Code.Unauthenticated, `PostgreSQL refused the user or password of ${shown}. Check DATABASE_URL.`);
    case '3D000':
      return failed(Code.NotFound, `The database of ${shown} does not exist. Create it, or correct DATABASE_URL.`);
    case '42501':
      return failed(
        Code.PermissionDenied,
        `The user of ${shown} may not create or use the tables. Make it the owner of the database.`,
      );
    case '40P01':
    case '40001':
      return new BatonError(Code.Aborted, 'Two changes were in each other’s way. Try again.', {
        cause: error,
        retryable: true,
      });
    case '57014':
      return failed(Code.DeadlineExceeded, `${shown} took longer than ${STATEMENT_TIMEOUT_MS / 1000} s for a query.`);
    case '53300':
      return failed(Code.Unavailable, `${shown} has no connection left. Raise max_connections or stop other programs.`);
  }
  const isUnreachable =
    (typeof code === 'string' && /^(E[A-Z]+|08\w{3}|57P0\d)$/.test(code)) ||
    /connection terminated|timeout exceeded when trying to connect|Connection ended/i.test(message);
  return isUnreachable
    ? failed(Code.Unavailable, `The database ${shown} cannot be reached. Check DATABASE_URL, and that it is running.`)
    : undefined;
}
