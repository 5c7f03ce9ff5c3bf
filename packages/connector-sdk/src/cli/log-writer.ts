import { closeSync, openSync, writeSync } from 'node:fs';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { LogFields, Logger } from '../logger.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';
type Write = (line: string) => void;

const RANK: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
/** Shorter values would blank out innocent text wherever they happen to occur. */
const MIN_SECRET_LENGTH = 6;

export interface LogWriterOptions {
  /** A level name of the Go SDK, in any case; the severe ones count as error. */
  readonly level: string;
  readonly format: 'json' | 'console';
  /** Files, `stdout` or `stderr`. Empty: stderr. */
  readonly paths: readonly string[];
  /** Values that are replaced by `***` wherever they occur in a line. */
  readonly secrets: readonly string[];
  /** Called before and after a line on a terminal, so that a progress line makes room. */
  readonly aroundLine?: { before(): void; after(): void };
  /** Called with each warning, logged or not. */
  readonly onWarning?: (message: string) => void;
  /** When the level is debug: from then on it is info. */
  readonly debugUntil?: Date;
  /** Default: the system's clock. */
  readonly now?: () => Date;
}

/** A line of the log before it is text. Holds no secret. */
export interface LogEntry {
  readonly level: Level;
  readonly time: Date;
  readonly caller: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

/** A logger that writes lines, and what ends it. */
export interface LogWriter extends Logger {
  /** From now on each line that is logged is told to `sink` as well. */
  alsoTo(sink: (entry: LogEntry) => void): void;
  close(): void;
}

/** Writes logs as the Go SDK does (`cli.md §A.9`), one whole line at a time, in order. */
export function createLogWriter(options: LogWriterOptions): LogWriter {
  const files: number[] = [];
  const sinks: ((entry: LogEntry) => void)[] = [];
  const targets = (options.paths.length === 0 ? ['stderr'] : options.paths).map((path): Write => {
    if (path === 'stdout' || path === 'stderr') {
      const stream = process[path];
      return (line) => {
        options.aroundLine?.before();
        stream.write(line);
        options.aroundLine?.after();
      };
    }
    const file = openLog(path);
    files.push(file);
    return (line) => void writeSync(file, line);
  });
  const rank = rankOf(options.level);
  const { debugUntil, now = () => new Date() } = options;
  const lowestAt = (time: Date): number =>
    debugUntil !== undefined && time >= debugUntil ? Math.max(rank, RANK.info) : rank;
  const hide = secretHider(options.secrets);
  const format = options.format === 'json' ? jsonLine : consoleLine;

  const log = (level: Level, message: string, fields: LogFields | undefined): void => {
    if (level === 'warn') options.onWarning?.(hide(message));
    const time = now();
    if (RANK[level] < lowestAt(time)) return;
    const caller = callerOf();
    const line = hide(format(level, time, caller, message, fields ?? {}));
    for (const write of targets) write(line);
    for (const sink of sinks) {
      sink({ level, time, caller, message: hide(message), fields: flatFields(fields ?? {}, hide) });
    }
  };
  return {
    debug: (message, fields) => log('debug', message, fields),
    info: (message, fields) => log('info', message, fields),
    warn: (message, fields) => log('warn', message, fields),
    error: (message, fields) => log('error', message, fields),
    alsoTo: (sink) => void sinks.push(sink),
    close: () => files.splice(0).forEach((file) => closeSync(file)),
  };
}

/** Replaces every given secret in a text by `***`. */
export function secretHider(secrets: readonly string[]): (text: string) => string {
  const hidden = secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH);
  return (text) => hidden.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

function openLog(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (error) {
    throw new BatonError(Code.Unknown, `the log file ${path} cannot be opened for writing`, { cause: error });
  }
}

function rankOf(level: string): number {
  const name = level.toLowerCase();
  if (name === 'warning') return RANK.warn;
  return name === 'debug' || name === 'info' || name === 'warn' ? RANK[name] : RANK.error;
}

function jsonLine(level: Level, time: Date, caller: string, message: string, fields: LogFields): string {
  return `${JSON.stringify({ level, ts: time.getTime() / 1000, caller, msg: message, ...plainFields(fields) })}\n`;
}

function consoleLine(level: Level, time: Date, caller: string, message: string, fields: LogFields): string {
  const parts = [time.toISOString(), level.toUpperCase(), caller, message];
  if (Object.keys(fields).length > 0) parts.push(JSON.stringify(plainFields(fields)));
  return `${parts.join('\t')}\n`;
}

function plainFields(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (value instanceof Error) return [name, errorText(value)];
      return [name, typeof value === 'bigint' ? String(value) : value];
    }),
  );
}

/** Fields as they are sent to those who take no lists and objects. */
function flatFields(fields: LogFields, hide: (text: string) => string): LogEntry['fields'] {
  const flat: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(plainFields(fields))) {
    if (value === undefined) continue;
    const isPlain = typeof value === 'number' || typeof value === 'boolean';
    flat[name] = isPlain ? value : hide(typeof value === 'string' ? value : JSON.stringify(value));
  }
  return flat;
}

/** An error with what caused it, in one line. */
function errorText(error: Error): string {
  const cause = error.cause instanceof Error ? `: ${errorText(error.cause)}` : '';
  return `${error.message}${cause}`;
}

/** `dir/file:line` of whoever called the logger. */
function callerOf(): string {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, callerOf);
  const frame = holder.stack?.split('\n')[3] ?? '';
  const match = /([^/\\\s(]+)[/\\]([^/\\\s]+):(\d+):\d+\)?$/.exec(frame);
  return match === null ? 'unknown' : `${match[1]}/${match[2]}:${match[3]}`;
}
