import type { FlagSpec } from '@baton-ts/command-line';

export const resourceTypeFlag: FlagSpec = {
  name: 'resource-type',
  short: 't',
  kind: 'string',
  group: 'Which',
  description: 'The id of a resource type',
};

export const resourceFlag: FlagSpec = {
  name: 'resource',
  short: 'r',
  kind: 'string',
  group: 'Which',
  description: 'The id of a resource of the type that -t names',
};

export const entitlementFlag: FlagSpec = {
  name: 'entitlement',
  short: 'e',
  kind: 'string',
  group: 'Which',
  description: 'The id of an entitlement',
};

export const principalFlag: FlagSpec = {
  name: 'principal',
  kind: 'string',
  group: 'Which',
  description: 'Who holds it, as TYPE/ID, for example user/ann',
};
