import { BatonError, type BatonErrorOptions, Code } from '@baton-ts/protocol';
import type { HttpMethod, HttpRequest } from './http-client.ts';

export interface HttpErrorFacts extends BatonErrorOptions {
  readonly method: HttpMethod;
  readonly route: string;
  readonly status?: number | undefined;
  readonly body?: unknown;
  readonly maybeApplied?: boolean;
}

/** A request that did not succeed: an answer outside 2xx, an answer that cannot be read, or none at all. */
export class HttpError extends BatonError {
  readonly method: HttpMethod;
  readonly route: string;
  /** Undefined when there was no answer. */
  readonly status: number | undefined;
  /** The parsed JSON body of the answer, if it had one. Not for messages: it may hold anything. */
  readonly body: unknown;
  /** The request was a write and may have taken effect all the same: look before repeating it. */
  readonly maybeApplied: boolean;

  constructor(code: Code, message: string, facts: HttpErrorFacts) {
    super(code, message, facts);
    this.method = facts.method;
    this.route = facts.route;
    this.status = facts.status;
    this.body = facts.body;
    this.maybeApplied = facts.maybeApplied ?? false;
  }
}

/** The error code of a status outside 2xx (`c1z-format.md §5.4`). A redirect is an address that is set wrong. */
export function codeOfStatus(status: number): Code {
  if (status < 400) return Code.FailedPrecondition;
  switch (status) {
    case 401:
      return Code.Unauthenticated;
    case 403:
      return Code.PermissionDenied;
    case 404:
      return Code.NotFound;
    case 408:
      return Code.DeadlineExceeded;
    case 409:
      return Code.AlreadyExists;
    case 429:
      return Code.Unavailable;
    case 501:
      return Code.Unimplemented;
    default:
      return status >= 500 ? Code.Unavailable : Code.InvalidArgument;
  }
}

/** For example `GET /v3/teammates/{username} answered 403: access forbidden`. */
export function statusMessage(
  method: HttpMethod,
  route: string,
  status: number,
  described: string | undefined,
): string {
  // Looked up only now: loading node:http would cost a start that sends nothing 10 ms.
  const { STATUS_CODES } = process.getBuiltinModule('node:http');
  const reason = described ?? STATUS_CODES[status]?.toLowerCase() ?? 'a status that HTTP does not define';
  return `${method} ${route} answered ${status}: ${reason}`;
}

export function named({ method, route }: HttpRequest): Pick<HttpRequest, 'method' | 'route'> {
  return { method, route };
}

export function isWrite({ method }: HttpRequest): boolean {
  return method !== 'GET';
}

/** Why the caller gave up decides the code: a time limit of the caller's is no cancellation by a person. */
export function cancelled(request: HttpRequest, maybeApplied: boolean): HttpError {
  const reason: unknown = request.signal.reason;
  const doing = `${request.method} ${request.route}`;
  const told = BatonError.from(reason, doing);
  const isTold = BatonError.is(reason) || told.code !== Code.Unknown;
  return new HttpError(isTold ? told.code : Code.Canceled, isTold ? told.message : `${doing}: cancelled`, {
    ...named(request),
    cause: reason,
    retryable: false,
    maybeApplied,
  });
}

export function asHttpError(error: BatonError, request: HttpRequest): HttpError {
  return new HttpError(error.code, error.message, { ...named(request), cause: error, retryable: error.retryable });
}
