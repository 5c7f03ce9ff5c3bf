import type { ConnectorLogLine } from '../domain/sync-progress.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
/** Fields that say nothing to people. */
const LEFT_OUT = new Set(['level', 'ts', 'msg', 'caller', 'client_id', 'host_id', 'task_id', 'state_dir', 'version']);

/** A line that a connector logs as JSON. Whatever else it prints is a line as well. */
export function parseLogLine(text: string): ConnectorLogLine {
  const fields = objectOf(text);
  const { level, msg } = fields ?? {};
  if (fields === undefined || typeof msg !== 'string') return { level: 'warn', message: text, fields: {} };
  return { level: LEVELS.find((one) => one === level) ?? 'info', message: msg, fields };
}

/** As people read it: the message, then what belongs to it. */
export function shownLine({ message, fields }: ConnectorLogLine): string {
  const shown = Object.entries(fields).filter(([name]) => !LEFT_OUT.has(name));
  return [
    message,
    ...shown.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`),
  ]
    .join('  ')
    .trim();
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
