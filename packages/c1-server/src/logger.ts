/** Facts beside a log message, names in snake_case. Never a secret. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where the server writes what happened. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
