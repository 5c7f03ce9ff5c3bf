import { closest } from '@baton-ts/command-line';
import {
  BatonActionStatus,
  type GetActionSchemaRequest,
  type GetActionSchemaResponse,
  GetActionSchemaResponseSchema,
  type GetActionStatusRequest,
  type GetActionStatusResponse,
  GetActionStatusResponseSchema,
  type InvokeActionRequest,
  type InvokeActionResponse,
  InvokeActionResponseSchema,
  type ListActionSchemasRequest,
  type ListActionSchemasResponse,
  ListActionSchemasResponseSchema,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code, codeName } from '@baton-ts/protocol/errors';
import { create, type JsonObject } from '@bufbuild/protobuf';
import { type Any, type Duration, durationMs } from '@bufbuild/protobuf/wkt';
import KSUID from 'ksuid';
import type { ConnectorAction } from '../changes.ts';
import type { Clock } from '../http/clock.ts';
import type { ChangeRunner } from './change-runner.ts';
import { checkArguments } from './check-arguments.ts';
import type { ChangeCall } from './provisioner.ts';
import { resourceTargets } from './targets.ts';

/** `service-protocol.md §10`, Actions: what an answer waits for by default and at most, and how long an action may run. */
const defaultInlineWaitMs = 1000;
const maxInlineWaitMs = 3_600_000;
const maxRunMs = 3_600_000;
/** Far more than people start by hand; each holds a promise and its arguments. */
const maxUnderWay = 100;
/** A server polls at once, and what it has not asked about after that many others it has forgotten. */
const maxFinished = 1000;

/** One invocation of an action, while it runs and for some time after. */
interface Run {
  readonly id: string;
  readonly name: string;
  status: BatonActionStatus;
  response: JsonObject | undefined;
  annotations: readonly Any[];
  error: BatonError | undefined;
}

/** The custom actions of a connector. What runs and what has run is kept in memory alone. */
export class Actions {
  readonly #actions: readonly ConnectorAction[];
  readonly #runner: ChangeRunner;
  readonly #clock: Clock;
  readonly #runs = new Map<string, Run>();
  readonly #finished: string[] = [];

  constructor(actions: readonly ConnectorAction[], runner: ChangeRunner, clock: Clock) {
    this.#actions = actions;
    this.#runner = runner;
    this.#clock = clock;
  }

  list({ resourceTypeId }: ListActionSchemasRequest): ListActionSchemasResponse {
    const schemas = this.#actions
      .map(({ schema }) => schema)
      .filter((schema) => resourceTypeId === '' || schema.resourceTypeId === resourceTypeId);
    return create(ListActionSchemasResponseSchema, { schemas });
  }

  schema({ name }: GetActionSchemaRequest): GetActionSchemaResponse {
    return create(GetActionSchemaResponseSchema, { schema: this.#find(name, '').schema });
  }

  /** Waits for the end as long as asked. Whoever cancels the call while it waits cancels the action. */
  async invoke(request: InvokeActionRequest, call: ChangeCall): Promise<InvokeActionResponse> {
    const action = this.#find(request.name, request.resourceTypeId);
    const args = request.args ?? {};
    checkArguments(action.schema, args);
    if (this.#runs.size - this.#finished.length >= maxUnderWay) {
      throw new BatonError(Code.ResourceExhausted, `${maxUnderWay} actions are running; wait for one to end`, {
        retryable: true,
      });
    }
    const run: Run = {
      id: KSUID.randomSync(this.#clock.wallMs()).string,
      name: action.schema.name,
      status: BatonActionStatus.PENDING,
      response: undefined,
      annotations: [],
      error: undefined,
    };
    const stop = new AbortController();
    const onAbort = (): void => stop.abort(call.signal.reason);
    call.signal.throwIfAborted();
    call.signal.addEventListener('abort', onAbort, { once: true });
    try {
      await this.#upTo(
        inlineWaitMs(request.inlineWait),
        this.#start(run, action, args, { ...call, signal: stop.signal }),
      );
    } finally {
      // From here on it runs by itself.
      call.signal.removeEventListener('abort', onAbort);
    }
    if (call.signal.aborted && run.error !== undefined) throw run.error;
    return create(InvokeActionResponseSchema, stateOf(run));
  }

  status({ id }: GetActionStatusRequest): GetActionStatusResponse {
    if (id === '')
      throw new BatonError(Code.InvalidArgument, 'the request lacks id, which the answer to an invocation gives');
    const run = this.#runs.get(id);
    if (run === undefined) {
      throw new BatonError(
        Code.NotFound,
        `there is no action run with the id "${id}": the connector has restarted since, or ${maxFinished} others have ended`,
      );
    }
    return create(GetActionStatusResponseSchema, stateOf(run));
  }

  #find(name: string, resourceTypeId: string): ConnectorAction {
    if (name === '') throw new BatonError(Code.InvalidArgument, 'the request lacks the name of the action');
    const found = this.#actions.find(
      ({ schema }) => schema.name === name && (resourceTypeId === '' || schema.resourceTypeId === resourceTypeId),
    );
    if (found !== undefined) return found;
    const names = this.#actions.map(({ schema }) => schema.name);
    if (names.length === 0) throw new BatonError(Code.Unimplemented, 'this connector has no actions');
    const where = resourceTypeId === '' ? '' : ` for the resource type "${resourceTypeId}"`;
    const guess = closest(name, names);
    const next = guess === undefined || guess === name ? `it has ${names.join(', ')}` : `did you mean "${guess}"?`;
    throw new BatonError(Code.NotFound, `this connector has no action "${name}"${where}; ${next}`);
  }

  /** Resolves when the action has ended, however it did. */
  async #start(run: Run, action: ConnectorAction, args: JsonObject, call: ChangeCall): Promise<void> {
    this.#runs.set(run.id, run);
    const ended = new AbortController();
    const limit = new AbortController();
    this.#clock.sleep(maxRunMs, ended.signal).then(
      () => limit.abort(new BatonError(Code.DeadlineExceeded, `the action "${run.name}" was stopped after one hour`)),
      () => {},
    );
    const signal = AbortSignal.any([call.signal, limit.signal]);
    try {
      const outcome = await this.#runner.run({
        targets: actionTargets(action, args),
        doing: `running the action "${run.name}"`,
        call: { ...call, signal },
        repeat: false,
        work: (request) => {
          run.status = BatonActionStatus.RUNNING;
          return action.run({ ...request, args });
        },
      });
      run.status = outcome === undefined ? BatonActionStatus.UNKNOWN : BatonActionStatus.COMPLETE;
      run.response = outcome?.response;
      run.annotations = outcome?.annotations ?? [];
      for (const note of outcome?.notes ?? []) call.onNote?.(note);
    } catch (error) {
      const failure = BatonError.from(error, run.name);
      run.status = BatonActionStatus.FAILED;
      run.error = failure;
      run.response = { error: failure.message, code: codeName(failure.code) };
    } finally {
      ended.abort();
      this.#forgetOldest(run.id);
    }
  }

  #forgetOldest(id: string): void {
    this.#finished.push(id);
    if (this.#finished.length <= maxFinished) return;
    const oldest = this.#finished.shift();
    if (oldest !== undefined) this.#runs.delete(oldest);
  }

  async #upTo(ms: number, work: Promise<void>): Promise<void> {
    const ended = new AbortController();
    const waited = this.#clock.sleep(ms, ended.signal).catch(() => {});
    await Promise.race([work, waited]);
    ended.abort();
  }
}

/** What both answers say of a run. */
function stateOf({ id, name, status, response, annotations }: Run) {
  return { id, name, status, annotations: [...annotations], ...(response && { response }) };
}

/** What the arguments name as resources; else the actions of one resource type, or of one name, wait for each other. */
function actionTargets({ schema }: ConnectorAction, args: JsonObject): readonly string[] {
  const named = resourceTargets(schema.arguments, args);
  return named.length > 0 ? named : [`action ${schema.resourceTypeId || schema.name}`];
}

function inlineWaitMs(wait: Duration | undefined): number {
  if (wait === undefined) return defaultInlineWaitMs;
  return Math.min(Math.max(0, durationMs(wait)), maxInlineWaitMs);
}
