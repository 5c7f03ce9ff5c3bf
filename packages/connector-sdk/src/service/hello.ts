import type { ConnectorMetadata } from '@baton-ts/protocol/connector-v2';
import {
  type BatonService,
  type BatonServiceHelloRequest,
  BatonServiceHelloRequestSchema,
} from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code, codeName } from '@baton-ts/protocol/errors';
import { create } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import type { Clock } from '../http/clock.ts';
import type { Logger } from '../logger.ts';
import { buildInfo, osInfo } from './host-facts.ts';
import { rpcError } from './rpc-error.ts';
import { withTimeLimit } from './time-limit.ts';

export interface HelloFacts {
  readonly hostId: string;
  /** Empty at start-up; the task's id in answer to a Hello task. */
  readonly taskId: string;
  readonly program: { readonly name: string; readonly version: string };
  readonly metadata: ConnectorMetadata;
}

/** Who we are and what we can do (`service-protocol.md §4`). */
export function helloRequest({ hostId, taskId, program, metadata }: HelloFacts): BatonServiceHelloRequest {
  return create(BatonServiceHelloRequestSchema, {
    hostId,
    taskId,
    buildInfo: buildInfo(program),
    osInfo: osInfo(),
    connectorMetadata: metadata,
  });
}

export interface HelloCall {
  readonly client: Client<typeof BatonService>;
  readonly request: BatonServiceHelloRequest;
  /** The server's name, for messages. */
  readonly host: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const firstWaitMs = 1000;
const longestWaitMs = 5 * 60_000;
/** A server that takes longer than this for a greeting is not going to answer. Not told to it: Go clients tell no limit. */
const timeoutMs = 60_000;

/**
 * Says hello until the server has answered. Only a credential that is rejected ends it: everything else may be over
 * in a while.
 */
export async function sayHello(call: HelloCall): Promise<void> {
  const { client, request, host, clock, logger, signal } = call;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      await withTimeLimit(timeoutMs, signal, (limited) => client.hello(request, { signal: limited }));
      return;
    } catch (error) {
      if (signal.aborted) throw BatonError.from(signal.reason, 'saying hello');
      const reason = rpcError(error, 'Hello', host);
      if (reason.code === Code.Unauthenticated || reason.code === Code.PermissionDenied) throw reason;
      logger.warn(`Not connected to ${host} yet, again in ${waitMs / 1000} s: ${reason.message}`, {
        code: codeName(reason.code),
        error: reason.cause,
      });
      await clock.sleep(waitMs, signal);
    }
  }
}
