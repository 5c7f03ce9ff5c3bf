import type { Role } from '@baton-ts/console-api';

/** Who does something: a signed-in person, an API key of a person, the server itself, or a connector. */
export interface Actor {
  readonly kind: 'PERSON' | 'API_KEY' | 'SYSTEM' | 'CONNECTOR';
  /** Of the person; of the API key's owner; of the connector; `system`. */
  readonly id: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
}

export const systemActor: Actor = { kind: 'SYSTEM', id: 'system', displayName: 'The console', roles: [] };

/** Whoever asks without a session, on the few routes that are open to anybody. Has no rights. */
export const nobody: Actor = { kind: 'SYSTEM', id: 'nobody', displayName: 'Not signed in', roles: [] };

/** The session that a request came with. */
export interface SessionRef {
  /** SHA-256 of the cookie's value: names the session, opens nothing. */
  readonly hash: string;
  readonly csrfToken: string;
}

/** What comes with every request, for the system log. */
export interface RequestContext {
  readonly actor: Actor;
  readonly requestId: string;
  /** Empty for what the server does by itself. */
  readonly ip: string;
  readonly signal: AbortSignal;
  /** Absent for API keys, for the server itself and before sign-in. */
  readonly session?: SessionRef | undefined;
  /** The header of that name, for what a browser is known by beside its session. */
  readonly cookies?: string | undefined;
  /** As what the browser names itself. */
  readonly userAgent?: string | undefined;
  /** Adds a `set-cookie` header to the answer. There on every request from outside. */
  readonly setCookie?: ((header: string) => void) | undefined;
}
