import {
  BatonActionStatus,
  GetActionStatusResponseSchema,
  InvokeActionResponseSchema,
} from '@baton-ts/protocol/connector-v2';
import { TaskSchema } from '@baton-ts/protocol/connectorapi-v1';
import { Code } from '@baton-ts/protocol/errors';
import { toProtoJson } from '@baton-ts/protocol/json';
import { type Any, AnySchema, anyUnpack } from '@bufbuild/protobuf/wkt';
import { systemClock } from '../clock.ts';
import type { TaskPayload } from '../queue/task-queue.ts';
import type { TaskView } from '../queue/task-view.ts';
import type { C1Server } from '../server.ts';
import type { Flags } from './invocation.ts';
import { hostLine, stateText, taskLine } from './lines.ts';
import { taskPayload } from './task-payload.ts';

/** What a command at the prompt or from another process works on. */
export interface CommandContext {
  readonly server: C1Server;
  readonly connectorId: string;
  readonly print: (line: string) => void;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export interface CommandRequest {
  readonly name: string;
  readonly words: readonly string[];
  readonly flags: Flags;
}

const SHOWN_TASKS = 20;

/** How often the state of an action is asked for that has not ended. */
const ACTION_POLL_MS = 1_000;

/** @returns the exit code: 0, or the number of the `Code` with which the task failed */
export async function runCommand({ name, words, flags }: CommandRequest, context: CommandContext): Promise<number> {
  const { server, connectorId, print } = context;
  const payload = taskPayload(name, words, flags);
  if (payload !== undefined) return await runTask(payload, flags, context);
  const [taskId = ''] = words;
  if (name === 'cancel') {
    print(stateText(await server.cancel(taskId)));
  } else if (name === 'tasks') {
    const tasks = await server.tasks(connectorId, SHOWN_TASKS);
    if (tasks.length === 0) print('No task was queued yet. "sync" queues one.');
    for (const task of tasks) print(taskLine(task, systemClock.now()));
  } else if (name === 'status' && taskId !== '') {
    showTask(await server.task(taskId), print);
  } else {
    const { hosts } = await server.connector(connectorId);
    if (hosts.length === 0) print('No connector has said hello yet.');
    for (const host of hosts) print(hostLine(host, systemClock.now()));
  }
  return 0;
}

async function runTask(payload: TaskPayload, flags: Flags, context: CommandContext): Promise<number> {
  const { server, connectorId, print, signal } = context;
  const { id } = await server.enqueue(connectorId, payload, { debug: flags['debug'] === true });
  print(`Task ${id} is queued.`);
  if (flags['no-wait'] === true) return 0;
  const { hosts } = await server.connector(connectorId);
  if (hosts.length === 0) print('It waits for a connector: none has said hello yet.');
  const ended = await server.waitFor(id, signal);
  print(stateText(ended));
  for (const upload of ended.uploads) {
    print(
      `  ${upload.kind === 'log' ? 'debug log' : 'file'}: ${upload.path} (${upload.sizeBytes} bytes, sha256 ${upload.sha256})`,
    );
  }
  const response = responseOf(ended);
  if (response !== undefined) print(jsonOf(response));
  if (ended.state !== 'finished') return exitCodeOf(ended);
  return payload.case === 'actionInvoke' ? await followAction(response, context) : 0;
}

/** Asks how an action goes on until it has ended: C1 does the same (`service-protocol.md §10`). */
async function followAction(response: Any | undefined, context: CommandContext): Promise<number> {
  const { server, connectorId, print, signal } = context;
  let action = response && anyUnpack(response, InvokeActionResponseSchema);
  while (action?.status === BatonActionStatus.PENDING || action?.status === BatonActionStatus.RUNNING) {
    await systemClock.sleep(ACTION_POLL_MS, signal);
    const { name, id } = action;
    const asked = await server.enqueue(connectorId, { case: 'actionStatus', value: { name, id } });
    const ended = await server.waitFor(asked.id, signal);
    const answer = responseOf(ended);
    const status = answer && anyUnpack(answer, GetActionStatusResponseSchema);
    if (ended.state !== 'finished' || answer === undefined || status === undefined) {
      print(stateText(ended));
      return exitCodeOf(ended);
    }
    if (status.status !== BatonActionStatus.PENDING && status.status !== BatonActionStatus.RUNNING)
      print(jsonOf(answer));
    action = { ...action, status: status.status };
  }
  return action?.status === BatonActionStatus.FAILED ? Code.Unknown : 0;
}

function showTask(task: TaskView, print: (line: string) => void): void {
  print(stateText(task));
  print(toProtoJson(TaskSchema, task.request, { indent: 2 }));
  const response = responseOf(task);
  if (response !== undefined) print(jsonOf(response));
}

function responseOf({ result }: TaskView): Any | undefined {
  return result?.finalState.case === undefined ? undefined : result.finalState.value.response;
}

const jsonOf = (response: Any): string => toProtoJson(AnySchema, response, { indent: 2 });

function exitCodeOf({ result, state }: TaskView): number {
  if (state === 'cancelled') return Code.Canceled;
  const code = result?.status?.code ?? Code.Unknown;
  return code > 0 && code <= 16 ? code : Code.Unknown;
}
