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

/** What comes with every request, for the system log. */
export interface RequestContext {
  readonly actor: Actor;
  readonly requestId: string;
  /** Empty for what the server does by itself. */
  readonly ip: string;
  readonly signal: AbortSignal;
}
