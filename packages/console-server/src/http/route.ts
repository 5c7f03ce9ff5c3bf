import type { CheckedRequest, EndpointName, EndpointResponse } from '@baton-ts/console-api';
import type { RequestContext } from '../domain/actor.ts';
import type { Permission } from '../domain/permissions.ts';

/**
 * Who may call a route: anybody, anybody who is signed in, or who has one of the permissions. A handler whose permission
 * ends in `.own` checks the ownership itself, and answers NotFound for what the caller may not know of.
 */
export type Access = 'anybody' | 'signed-in' | readonly Permission[];

export interface Route<Name extends EndpointName> {
  readonly access: Access;
  readonly handle: (request: CheckedRequest<Name>, context: RequestContext) => Promise<EndpointResponse<Name>>;
}

/** The routes of one area. The server registers all areas; an endpoint without a route fails its start. */
export type Routes = { readonly [Name in EndpointName]?: Route<Name> };
