import { BatonError, Code } from '@baton-ts/protocol/errors';
import { ConnectError } from '@connectrpc/connect';
import { oneLine } from '../http/read-body.ts';

/** Enough for a sentence of the server's. */
const quotedCharacters = 300;

/**
 * What went wrong with a call to the server, for people. The codes of both sides are the same numbers.
 *
 * @param call for example `Hello`
 * @param host the server's name, for example `c1.example:8443`
 */
export function rpcError(error: unknown, call: string, host: string): BatonError {
  for (let current = error, depth = 0; current instanceof Error && depth < 8; current = current.cause, depth += 1) {
    if (BatonError.is(current)) return current;
  }
  const isTimeout = (reason: unknown): boolean => reason instanceof Error && reason.name === 'TimeoutError';
  if (isTimeout(error) || (error instanceof Error && isTimeout(error.cause))) {
    return new BatonError(Code.DeadlineExceeded, `${host} did not answer ${call} in time`, { cause: error });
  }
  if (!(error instanceof ConnectError)) return BatonError.from(error, `calling ${call} of ${host}`);
  const { rawMessage } = error;
  const unavailable = (message: string): BatonError => new BatonError(Code.Unavailable, message, { cause: error });
  const http = /^HTTP (\d+)$/.exec(rawMessage)?.[1];
  if (http !== undefined || rawMessage.startsWith('unsupported content type')) {
    const what =
      http === undefined ? 'something that is not gRPC, such as an HTML page' : `HTTP ${http} instead of gRPC`;
    return unavailable(
      `${host} answered ${call} with ${what}. Check that it is the right host and that no proxy answers in its place`,
    );
  }
  const code: Code = error.code;
  if (code === Code.DeadlineExceeded) {
    return new BatonError(code, `${host} did not answer ${call} in time`, { cause: error });
  }
  if (/^(missing|protocol error)/.test(rawMessage)) return unavailable(`the answer of ${host} to ${call} was cut off`);
  const said = oneLine(rawMessage).slice(0, quotedCharacters);
  return new BatonError(code, `${host} refused ${call}${said === '' ? '' : `: ${said}`}`, { cause: error });
}
