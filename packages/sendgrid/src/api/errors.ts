import { BatonError, Code, type HttpRequest } from '@baton-ts/connector-sdk';
import { z } from 'zod';

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
 * The retry table of `sendgrid-api.md §2`. A create that answered 429 or nothing may have happened all the same (`§3`),
 * so no POST that makes something is repeated: whoever asked has to look first.
 */
export function mayRepeat(request: HttpRequest, failure: { readonly status: number | undefined }): boolean {
  const { status } = failure;
  if (request.method === 'POST') return status === 429 && request.route.endsWith('/resend');
  if (status === 429) return true;
  if (status === 500) return request.method === 'GET';
  return status === undefined || status === 502 || status === 503 || status === 504;
}

/** The HTTP status behind an error, when SendGrid answered at all. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('status' in error && typeof error.status === 'number') return error.status;
  return statusOf(error.cause);
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
