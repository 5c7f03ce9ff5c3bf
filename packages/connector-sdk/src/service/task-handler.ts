import type { BatonService, Task } from '@baton-ts/protocol/connectorapi-v1';
import type { BatonError } from '@baton-ts/protocol/errors';
import type { Message } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import type { Connector } from '../connector.ts';
import type { Clock } from '../http/clock.ts';
import type { Logger } from '../logger.ts';
import type { Provisioner } from '../provision/provisioner.ts';
import type { SyncOptions } from '../sync/options.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { ServiceMetrics } from './metrics.ts';

/** What the handler of a task has at hand. */
export interface TaskContext {
  readonly client: Client<typeof BatonService>;
  readonly hostId: string;
  readonly connector: Connector;
  readonly provisioner: Provisioner;
  /** `--provisioning`: without it every change is refused with `FailedPrecondition`. */
  readonly provisioning: boolean;
  readonly skipFullSync: boolean;
  /** An existing folder that can be written; undefined: the system's. */
  readonly tempDir: string | undefined;
  /** A private folder of this service, by its client id, that outlives the process: unfinished syncs, unsent results. */
  readonly stateDir: string;
  readonly syncOptions: SyncOptions;
  readonly logger: Logger;
  /** Default: nothing is counted. */
  readonly metrics?: ServiceMetrics;
  /** Default: nothing is sent. */
  readonly telemetry?: Telemetry;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Aborted when the server cancels the task, or when the service has to stop now. */
  readonly signal: AbortSignal;
}

/** How a task ended, before it is told to the server (`service-protocol.md §7, §10`). */
export type TaskOutcome =
  | {
      readonly kind: 'success';
      /** Packed into the `Any` of the answer; none for a sync. */
      readonly response?: Message;
      readonly annotations?: readonly Any[];
    }
  | {
      readonly kind: 'error';
      readonly error: BatonError;
      readonly nonRetryable: boolean;
      /** Details of the status, for example why a change was declined (`service-protocol.md §11`). */
      readonly details?: readonly Any[];
      readonly annotations?: readonly Any[];
    }
  /** Another call has told the server already, or the task was cancelled before it began: no FinishTask. */
  | { readonly kind: 'told' };

/** Carries out one task. Never throws: what went wrong is an outcome. */
export type TaskHandler = (task: Task, context: TaskContext) => Promise<TaskOutcome>;
