import type { LogFields, Logger } from '@baton-ts/c1-server';
import type { Clock } from './clock.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof levels)[number];

export interface LoggerOptions {
  readonly clock: Clock;
  /** The lowest that is written. */
  readonly level: LogLevel;
  /** `json`: one object a line, for collectors. `plain`: for a person at a terminal. */
  readonly format: 'json' | 'plain';
  readonly write: (line: string) => void;
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export function createLogger({ clock, level, format, write }: LoggerOptions): Logger {
  const lowest = levels.indexOf(level);
  const line = format === 'json' ? jsonLine : plainLine;
  const at =
    (one: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (levels.indexOf(one) < lowest) return;
      write(`${line(new Date(clock.now()).toISOString(), one, message, readable(fields))}\n`);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function jsonLine(time: string, level: LogLevel, message: string, fields: LogFields): string {
  return JSON.stringify({ time, level, message, ...fields });
}

function plainLine(time: string, level: LogLevel, message: string, fields: LogFields): string {
  const shown = Object.entries(fields).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `  ${name}=${text}`;
  });
  // Values come from outside: no line of theirs may look like one of ours, and none may steer the terminal.
  return `${time.slice(11, 19)} ${level.padEnd(5)} ${message}${shown.join('')}`
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, (character) =>
      character === '\n' ? character : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll('\n', '\n    ');
}

function readable(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? errorText(value) : value]),
  );
}

/** What happened and where; causes below, the last of which is what a library said. */
function errorText(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\ncaused by ${errorText(error.cause)}` : own;
}
