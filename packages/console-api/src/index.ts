import type { z } from 'zod';
import { accountEndpoints } from './accounts.ts';
import { administrationEndpoints } from './administration.ts';
import { appEndpoints } from './apps.ts';
import { connectorEndpoints } from './connectors.ts';
import { entitlementEndpoints } from './entitlements.ts';
import { grantEndpoints } from './grants.ts';
import { listFileEndpoints } from './list-files.ts';
import { ownAccessEndpoints } from './own-access.ts';
import { peopleEndpoints } from './people.ts';
import { resourceEndpoints } from './resources.ts';
import { sessionEndpoints } from './sessions.ts';

export * from './accounts.ts';
export * from './administration.ts';
export * from './apps.ts';
export * from './common.ts';
export * from './connectors.ts';
export * from './entitlements.ts';
export * from './grants.ts';
export * from './list-files.ts';
export * from './oidc-problems.ts';
export * from './own-access.ts';
export * from './people.ts';
export * from './resources.ts';
export * from './sessions.ts';

/** Every endpoint by method and path. The server's routes and the OpenAPI document are made of this; the web app takes its types. */
export const endpoints = {
  ...peopleEndpoints,
  ...sessionEndpoints,
  ...ownAccessEndpoints,
  ...connectorEndpoints,
  ...appEndpoints,
  ...accountEndpoints,
  ...entitlementEndpoints,
  ...resourceEndpoints,
  ...grantEndpoints,
  ...listFileEndpoints,
  ...administrationEndpoints,
} as const;

export type Endpoints = typeof endpoints;
export type EndpointName = keyof Endpoints;

type Part<Name extends EndpointName, Key extends 'params' | 'query' | 'body' | 'response'> =
  Endpoints[Name] extends Readonly<Record<Key, infer Schema extends z.ZodType>> ? Schema : undefined;

type Input<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;
type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What a caller gives. */
export interface EndpointRequest<Name extends EndpointName> {
  readonly params: Input<Part<Name, 'params'>>;
  readonly query: Input<Part<Name, 'query'>>;
  readonly body: Input<Part<Name, 'body'>>;
}

/** What a handler gets: checked, with defaults. */
export interface CheckedRequest<Name extends EndpointName> {
  readonly params: Output<Part<Name, 'params'>>;
  readonly query: Output<Part<Name, 'query'>>;
  readonly body: Output<Part<Name, 'body'>>;
}

export type EndpointResponse<Name extends EndpointName> = Output<Part<Name, 'response'>>;
