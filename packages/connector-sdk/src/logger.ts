/** Facts beside a log message. Names in snake_case, as the Go SDK logs them. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where the SDK and connectors write what happened. An `error` field may hold an Error. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** A logger that says nothing, for tests and for commands without logs. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
