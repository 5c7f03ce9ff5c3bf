import { BatonError, Code, HttpError, type HttpRequest } from '@baton-ts/connector-sdk';
import * as z from 'zod';
import type { Write } from './writes.ts';

const item = z.object({ message: z.string().min(1), field: z.string().nullish() });
const errorBody = z.union([
  z.object({ errors: z.array(item).min(1) }).transform(({ errors }) => errors),
  z.array(item).min(1),
  z.object({ error: z.string().min(1) }).transform(({ error }) => [{ message: error, field: null }]),
]);

/** Enough to say what is wrong; a longer list of errors repeats itself. */
const quotedErrors = 3;
/** A message is a sentence; anything longer is not meant for a person. */
const quotedCharacters = 300;

/**
 * What an error body says: the wrapped array, the bare array and the `error` string (`sendgrid-api.md §2`). Undefined
 * for HTML, an empty body and everything else.
 */
export function describeError(_status: number, body: unknown): string | undefined {
  const parsed = errorBody.safeParse(body);
  if (!parsed.success) return undefined;
  return parsed.data
    .slice(0, quotedErrors)
    .map(({ message, field }) => (field && field !== 'null' ? `${message} (${field})` : message))
    .join('; ')
    .slice(0, quotedCharacters);
}

/**
 * What is sent again without a look: reads, and after 429, which says that nothing was done, writes that neither make
 * something nor replace what was read before. After a lost answer no write is: whoever asked has to look first
 * (`sendgrid-api.md §2`, `§3`).
 */
export function mayRepeat(request: HttpRequest, failure: { readonly status: number | undefined }): boolean {
  const { status } = failure;
  const { method, route } = request;
  if (method === 'GET') return status === undefined || [429, 500, 502, 503, 504].includes(status);
  if (status !== 429) return false;
  return method === 'DELETE' || route.endsWith('/resend') || route.startsWith('/v3/subusers/');
}

/** The HTTP status behind an error, when SendGrid answered at all. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('status' in error && typeof error.status === 'number') return error.status;
  return statusOf(error.cause);
}

/** Whether SendGrid itself says that something does not exist; a proxy's page for a wrong address says nothing of the kind. */
export function saysNotFound(error: unknown): boolean {
  if (error instanceof HttpError) return error.status === 404 && describeError(404, error.body) !== undefined;
  return error instanceof Error && saysNotFound(error.cause);
}

/**
 * Whether the write behind an error may have taken effect all the same, so that only a read can tell. A create that
 * answered 429 is one of them (`sendgrid-api.md §3`).
 */
export function mayHaveHappened(error: unknown): boolean {
  if (error instanceof HttpError) return error.maybeApplied || (error.method === 'POST' && error.status === 429);
  return error instanceof Error && mayHaveHappened(error.cause);
}

/** Whether SendGrid said which field of the request it does not like. */
export function namesField(error: unknown): boolean {
  if (!(error instanceof HttpError)) return error instanceof Error && namesField(error.cause);
  const parsed = errorBody.safeParse(error.body);
  return parsed.success && parsed.data.some(({ field }) => field && field !== 'null');
}

/** Whether a limit kept a change of people from being made: it was refused with 429, or came too late to be sent. */
export function wasHeldBack(error: unknown): boolean {
  if (error instanceof HttpError) {
    return error.method === 'PATCH' && error.retryable && !error.maybeApplied && (error.status ?? 429) === 429;
  }
  return error instanceof Error && wasHeldBack(error.cause);
}

/** What a key needs for a route, as far as it is known (`sendgrid-api.md §4.2`, `§8`). */
function neededScope(route: string): string | undefined {
  if (route.startsWith('/v3/teammates')) return 'teammates.read';
  if (route.startsWith('/v3/subusers')) return 'subusers.read';
  if (route.startsWith('/v3/api_keys')) return 'api_keys.read';
  return undefined;
}

/** The two refusals that a person can do something about, said so; everything else as it came. */
export function explainRefusal(error: unknown, route: string): unknown {
  const status = statusOf(error);
  if (status === 401) {
    return new BatonError(
      Code.Unauthenticated,
      `SendGrid did not accept the API key (GET ${route}): it is wrong or was revoked. Make a new key and run again.`,
      { cause: error },
    );
  }
  if (status === 403) {
    const scope = neededScope(route) ?? 'a permission';
    return new BatonError(
      Code.PermissionDenied,
      `The API key lacks ${scope} (GET ${route}). Give it to the key in SendGrid under Settings, API Keys.`,
      { cause: error },
    );
  }
  return error;
}

/** What a failed write means for the person who asked for it: what was to be done, what SendGrid said, what helps. */
export function explainWriteFailure(error: unknown, { doing, needs, announced, route }: Write): unknown {
  const status = statusOf(error);
  if (!BatonError.is(error) || (status === undefined && !mayHaveHappened(error))) return error;
  const said = error.message;
  const { retryAfterMs } = error;
  const explained = (code: Code, message: string, retryable = false) =>
    new BatonError(code, message, {
      cause: error,
      retryable,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  switch (status) {
    case undefined:
      return explained(error.code, `SendGrid did not answer when asked to ${doing} (${said}).`, error.retryable);
    case 400:
      return explained(
        Code.InvalidArgument,
        `SendGrid refused to ${doing} (${said}). Nothing was changed. ${givesScopes(announced.body) ? "Check that the account's plan has what is named, and that the API key itself holds every scope it is to give." : 'Sync again to see what is there.'}`,
      );
    case 401:
      return explained(
        Code.Unauthenticated,
        `SendGrid did not accept the API key when asked to ${doing}: it is wrong or was revoked. Make a new key and run again.`,
      );
    case 403:
      return explained(
        Code.PermissionDenied,
        `The API key may not ${doing} (${said}). It needs ${needs}, and must have been made by the owner or an admin.`,
      );
    case 404:
      return explained(
        Code.NotFound,
        `SendGrid cannot ${doing}: it does not find that any more (${said}). Sync again to see what is there.`,
      );
    case 409:
      return explained(
        announced.method === 'POST' ? Code.AlreadyExists : Code.Aborted,
        `SendGrid cannot ${doing}: it says that this conflicts with what is there (${said}). Sync again, look, and repeat.`,
      );
    case 429:
      return explained(
        Code.Unavailable,
        `SendGrid takes no more requests for the moment, so it did not ${doing} (${said}). Try again later.`,
        true,
      );
    default:
      // There validation failures answer 500 (`sendgrid-api.md §5`), so that a repeat cannot help.
      if (status === 500 && route.startsWith('/v3/sso/')) {
        return explained(
          Code.InvalidArgument,
          `SendGrid failed to ${doing} (${said}). For SSO teammates this mostly means that a scope or a subuser in the request is not valid.`,
        );
      }
      return explained(error.code, `SendGrid failed to ${doing} (${said}).`, error.retryable);
  }
}

function givesScopes(body: unknown): boolean {
  return typeof body === 'object' && body !== null && ('scopes' in body || 'subuser_access' in body);
}
