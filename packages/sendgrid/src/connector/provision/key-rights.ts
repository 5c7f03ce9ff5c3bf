import type { CallRequest } from '@baton-ts/connector-sdk';
import { BatonError, Code } from '@baton-ts/connector-sdk';
import type { Source } from '../source.ts';

/**
 * What the key holds, as far as `wanted` goes. The run's answer is asked again when it lacks one of them: in a service it
 * may be days old, and the key may have been given more since.
 */
export async function heldByKey(
  source: Source,
  wanted: readonly string[],
  request: CallRequest,
): Promise<ReadonlySet<string>> {
  const known = new Set(await source.keyScopes(request));
  if (wanted.every((name) => known.has(name))) return known;
  return new Set(await source.client.scopes({ signal: request.signal }));
}

/** Names what the key lacks before anything is attempted. `doing` ends the sentence: `so nobody can be invited`. */
export async function requireRights(
  source: Source,
  names: readonly string[],
  doing: string,
  request: CallRequest,
): Promise<void> {
  const held = await heldByKey(source, names, request);
  const missing = names.filter((name) => !held.has(name));
  if (missing.length === 0) return;
  throw new BatonError(
    Code.PermissionDenied,
    `The API key lacks ${missing.join(', ')}, ${doing}. Give it to the key in SendGrid under Settings, API Keys.`,
  );
}
