import type { ApiError } from '@baton-ts/console-api';
import { BatonError, Code, codeName } from '@baton-ts/protocol/errors';
import type { FastifyError } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';

/** How each code is told over HTTP: what a Baton client makes of a status (`service-protocol.md §11`), the other way round. */
const statusOf: Readonly<Record<Code, number>> = {
  [Code.Canceled]: 499,
  [Code.Unknown]: 500,
  [Code.InvalidArgument]: 400,
  [Code.DeadlineExceeded]: 504,
  [Code.NotFound]: 404,
  [Code.AlreadyExists]: 409,
  [Code.PermissionDenied]: 403,
  [Code.ResourceExhausted]: 429,
  [Code.FailedPrecondition]: 412,
  [Code.Aborted]: 409,
  [Code.OutOfRange]: 400,
  [Code.Unimplemented]: 501,
  [Code.Internal]: 500,
  [Code.Unavailable]: 503,
  [Code.DataLoss]: 500,
  [Code.Unauthenticated]: 401,
};

export interface ErrorAnswer {
  readonly status: number;
  readonly body: ApiError;
  readonly retryAfterSeconds: number | undefined;
}

/** The one shape of an error. Of what nobody expected only the request id is told: the rest is in the log. */
export function errorAnswer(error: unknown, requestId: string): ErrorAnswer {
  const retryAfterSeconds =
    BatonError.is(error) && error.retryAfterMs !== undefined ? Math.ceil(error.retryAfterMs / 1000) : undefined;
  return { ...described(error, requestId), retryAfterSeconds };
}

function described(error: unknown, requestId: string): { status: number; body: ApiError } {
  const answer = (status: number, code: string, message: string, fields?: Record<string, string>) => ({
    status,
    body: { code, message, requestId, ...(fields === undefined ? {} : { fields }) },
  });
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = Object.fromEntries(
      error.validation.map(({ instancePath, message = 'is not valid' }) => [pathOf(instancePath), message]),
    );
    const named = Object.keys(fields).filter((path) => path !== '');
    const which = named.length === 0 ? '' : `: ${named.slice(0, 5).join(', ')}`;
    return answer(400, 'InvalidArgument', `Something in the request is not as it has to be${which}.`, fields);
  }
  if (BatonError.is(error)) {
    const status = statusOf[error.code] ?? 500;
    return status === 500 ? unexpected() : answer(status, codeName(error.code), error.message);
  }
  const ours = isFastifyError(error) ? fastifyProblems[error.code] : undefined;
  if (ours !== undefined) return answer(ours.status, codeName(ours.code), ours.message);
  if (isFastifyError(error) && error.statusCode !== undefined && error.statusCode < 500) {
    return answer(error.statusCode, 'InvalidArgument', 'The request cannot be read.');
  }
  return unexpected();

  function unexpected() {
    return answer(
      500,
      'Internal',
      'The console could not answer because of a fault of its own. An administrator finds the request id in its log.',
    );
  }
}

interface Problem {
  readonly status: number;
  readonly code: Code;
  readonly message: string;
}

const notJson: Problem = { status: 400, code: Code.InvalidArgument, message: 'The body is not JSON.' };

/** What can be wrong with a request before a route sees it. */
const fastifyProblems: Readonly<Record<string, Problem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: Code.ResourceExhausted,
    message: 'The body is larger than this address takes.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: Code.InvalidArgument,
    message: 'The body has to be JSON, with the header content-type: application/json.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: notJson,
  FST_ERR_CTP_EMPTY_JSON_BODY: notJson,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: Code.InvalidArgument,
    message: 'The body is not as long as the header content-length says.',
  },
};

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/** `/owners/0/id` → `owners.0.id`. */
function pathOf(instancePath: string): string {
  return instancePath.replace(/^\//, '').replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
}
