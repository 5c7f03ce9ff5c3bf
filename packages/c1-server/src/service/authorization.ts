import { BatonError, Code, codeName } from '@baton-ts/protocol/errors';
import {
  Code as ConnectCode,
  ConnectError,
  type ContextValues,
  createContextKey,
  createContextValues,
  type HandlerContext,
  type Interceptor,
} from '@connectrpc/connect';
import type { Logger } from '../logger.ts';
import type { Caller } from '../token/access-tokens.ts';

const callerKey = createContextKey<Caller | undefined>(undefined, { description: 'who calls' });

/** Carries who calls from the listener, which has checked the token, to the methods. */
export function valuesOf(caller: Caller): ContextValues {
  return createContextValues().set(callerKey, caller);
}

/** Who makes the call. */
export function callerOf(context: Pick<HandlerContext, 'values'>): Caller {
  const caller = context.values.get(callerKey);
  if (caller === undefined) throw new BatonError(Code.Unauthenticated, 'The call carries no access token.');
  return caller;
}

/** Turns what a method throws into the status that the client sees. */
export function statusInterceptor(logger: Logger): Interceptor {
  return (next) => async (request) => {
    try {
      return await next(request);
    } catch (error) {
      throw statusOf(error, request.method.name, logger);
    }
  };
}

/** What went wrong inside is for the log of the server, not for the caller. */
export function statusOf(error: unknown, method: string, logger: Logger): ConnectError {
  if (error instanceof ConnectError) return error;
  if (BatonError.is(error)) {
    logger.info('a call was refused', { method, code: codeName(error.code), reason: error.message });
    return new ConnectError(error.message, error.code);
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return new ConnectError('The call was cut off.', ConnectCode.Canceled);
  }
  logger.error('a call failed', { method, error });
  return new ConnectError('The server failed. Its log says why.', ConnectCode.Internal);
}
