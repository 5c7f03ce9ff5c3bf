import type { FlagSpec } from '@baton-ts/command-line';

const group = 'Changes';

const text = (name: string, description: string, rest: Partial<FlagSpec> = {}): FlagSpec => ({
  name,
  kind: 'string',
  group,
  description,
  ...rest,
});

/** One change, after which the program ends (`cli.md §A.7`). */
export const changeFlags: readonly FlagSpec[] = [
  {
    name: 'provisioning',
    short: 'p',
    kind: 'bool',
    group,
    description: 'Let a service make changes; a sync then checks that the credential may make them',
  },
  text('grant-entitlement', 'Grant this entitlement, by its id in the file, to the principal named'),
  text('grant-principal', 'The id of the resource that gets the entitlement'),
  text('grant-principal-type', 'The resource type of the principal'),
  text('revoke-grant', 'Revoke this grant, by its id in the file'),
  text('create-account-login', 'Create an account with this login'),
  text('create-account-email', 'Create an account with this e-mail address'),
  text('create-account-profile', 'What else the account is to be, as a JSON object by field name'),
  text('create-account-resource-type', 'The resource type of the account, where there are several'),
  text('delete-resource', 'Delete the resource with this id'),
  text('delete-resource-type', 'The resource type of what is deleted'),
  text('delete-resource-parent', 'What it lies within, as type/id, where it lies within something', { hidden: true }),
  text('rotate-credentials', 'Replace the credential of the resource with this id', { hidden: true }),
  text('rotate-credentials-type', 'The resource type of whose credential is replaced', { hidden: true }),
  text('invoke-action', 'Run this action and wait for its end'),
  text('invoke-action-args', 'The arguments of the action, as a JSON object', { default: '{}' }),
  text('invoke-action-resource-type', 'The resource type that the action belongs to', { hidden: true }),
  { name: 'list-action-schemas', kind: 'bool', group, description: 'List the actions and their arguments' },
  text('list-action-schemas-resource-type', 'List the actions of this resource type alone', { hidden: true }),
];
