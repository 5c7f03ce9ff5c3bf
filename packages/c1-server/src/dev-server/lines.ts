import { type Code, codeName } from '@baton-ts/protocol/errors';
import type { C1Event } from '../events.ts';
import type { HostView } from '../host-register.ts';
import type { TaskView } from '../queue/task-view.ts';

/** One sentence about where a task stands. */
export function stateText(task: TaskView): string {
  const { id, type, state, attempts, lease, result, reason } = task;
  const name = `${type} task ${id}`;
  switch (state) {
    case 'pending':
      return attempts === 0 ? `${name} waits for a connector.` : `${name} is tried again, after ${problemOf(task)}`;
    case 'leased':
      return `${name} is with ${lease?.hostId}${task.cancelRequested ? ', which was told to stop' : ''}.`;
    case 'finished':
      return `${name} is done.`;
    case 'cancelled':
      return `${name} is cancelled.${reason === undefined ? '' : ` ${reason}`}`;
    case 'failed':
      return `${name} failed: ${reason ?? (result === undefined ? 'nobody said why.' : problemOf(task))}`;
  }
}

function problemOf({ result, attempts }: TaskView): string {
  const { code = 2, message = '' } = result?.status ?? {};
  return result === undefined ? `attempt ${attempts}, which nobody finished.` : `${message} (${nameOf(code)})`;
}

function nameOf(code: number): string {
  return isCode(code) ? codeName(code) : `code ${code}`;
}

const isCode = (code: number): code is Code => code >= 1 && code <= 16;

export function taskLine({ id, type, state, attempts, createdAtMs }: TaskView, nowMs: number): string {
  return `${id}  ${type.padEnd(20)}${state.padEnd(11)}attempts ${attempts}   queued ${ago(nowMs - createdAtMs)} ago`;
}

export function hostLine({ hostId, lastSeenMs, hello }: HostView, nowMs: number): string {
  const { displayName = 'a connector that did not say hello' } = hello?.connectorMetadata ?? {};
  const { package: name = '', packageVersion = '' } = hello?.buildInfo ?? {};
  const build = name === '' ? '' : ` (${name} ${packageVersion})`;
  return `${hostId}: ${displayName}${build}, last heard ${ago(nowMs - lastSeenMs)} ago`;
}

/** What the server tells on its own; undefined for what is not worth a line. */
export function eventLine(event: C1Event): string | undefined {
  switch (event.kind) {
    case 'hello':
      return `${event.request.connectorMetadata?.displayName} on ${event.request.hostId} says hello.`;
    case 'upload':
      return `Task ${event.taskId} sent ${event.upload.path}.`;
    case 'task':
      return event.task.state === 'leased' ? stateText(event.task) : undefined;
  }
}

function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
