import { BatonError, Code, codeName } from '@baton-ts/protocol/errors';
import {
  Code as ConnectCode,
  ConnectError,
  createContextKey,
  type HandlerContext,
  type Interceptor,
} from '@connectrpc/connect';
import type { Logger } from '../logger.ts';
import type { AccessTokens, Caller } from '../token/access-tokens.ts';

const callerKey = createContextKey<Caller | undefined>(undefined, { description: 'who calls' });

/** Who makes the call. @throws BatonError `Unauthenticated` when nobody was let in */
export function callerOf(context: Pick<HandlerContext, 'values'>): Caller {
  const caller = context.values.get(callerKey);
  if (caller === undefined) throw new BatonError(Code.Unauthenticated, 'The call carries no access token.');
  return caller;
}

/** Lets in whoever carries a valid token, and turns what is thrown into the status that the client sees. */
export function guard(tokens: AccessTokens, logger: Logger): Interceptor {
  return (next) => async (request) => {
    try {
      const caller = await tokens.verify(request.header.get('authorization') ?? '');
      request.contextValues.set(callerKey, caller);
      return await next(request);
    } catch (error) {
      throw statusOf(error, request.method.name, logger);
    }
  };
}

function statusOf(error: unknown, method: string, logger: Logger): ConnectError {
  if (error instanceof ConnectError) return error;
  if (BatonError.is(error)) {
    logger.info('a call was refused', { method, code: codeName(error.code), reason: error.message });
    return new ConnectError(error.message, error.code);
  }
  if (error instanceof Error && error.name === 'AbortError')
    return new ConnectError('The call was cut off.', ConnectCode.Canceled);
  logger.error('a call failed', { method, error });
  // What went wrong inside is for the log of the server, not for the caller.
  return new ConnectError('The server failed. Its log says why.', ConnectCode.Internal);
}
