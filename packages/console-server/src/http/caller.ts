import type { RequestContext } from '../domain/actor.ts';

/** Who sends a request, as far as it is known. */
export interface Caller {
  /** Whether there is a session or an access token. */
  readonly isKnown: boolean;
  readonly context: RequestContext;
}
