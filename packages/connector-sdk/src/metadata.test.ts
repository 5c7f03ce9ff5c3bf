import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BatonActionSchemaSchema,
  type Capability,
  CapabilityDetailCredentialOption,
  CapabilitySchema,
  ConnectorAccountCreationSchemaSchema,
  ResourceType_Trait,
  ResourceTypeSchema,
} from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import type { AccountPart } from './changes.ts';
import type { Connector, ResourceTypePart } from './connector.ts';
import { connectorCapabilities, connectorMetadata } from './metadata.ts';

const outline = {
  name: 'baton-demo',
  version: '1.0.0',
  displayName: 'Demo',
  description: 'A demo',
  helpUrl: 'https://example.com/help',
  fields: {},
};

function part(
  id: string,
  abilities: Partial<ResourceTypePart> = {},
  traits: ResourceType_Trait[] = [],
): ResourceTypePart {
  return { type: create(ResourceTypeSchema, { id, traits }), list: async () => ({ items: [] }), ...abilities };
}
function connector(resourceTypes: readonly ResourceTypePart[], rest: Partial<Connector> = {}): Connector {
  return { resourceTypes, validate: async () => [], ...rest };
}
function accountsAskingFor(field: string, options: Partial<AccountPart> = {}): AccountPart {
  return {
    schema: create(ConnectorAccountCreationSchemaSchema, { fieldMap: { [field]: { displayName: field } } }),
    create: async () => ({ result: 'in-progress' }),
    ...options,
  };
}
const { NO_PASSWORD, RANDOM_PASSWORD } = CapabilityDetailCredentialOption;
const names = (capabilities: readonly Capability[]): string[] =>
  capabilities.map((one) => CapabilitySchema.value[one]?.name.replace('CAPABILITY_', '') ?? '');

test('what a type can do is read from its functions, in the order that the Go SDK prints', () => {
  const never = async (): Promise<never> => assert.fail('describing a connector calls nothing');
  const all = part('user', {
    get: never,
    grant: never,
    revoke: never,
    create: never,
    delete: never,
    accounts: accountsAskingFor('login'),
  });
  const [user, role] = connectorCapabilities(
    connector([all, part('role', { revoke: never })]),
  ).resourceTypeCapabilities.toReversed();
  assert.deepEqual(names(user?.capabilities ?? []), [
    'SYNC',
    'TARGETED_SYNC',
    'PROVISION',
    'ACCOUNT_PROVISIONING',
    'RESOURCE_DELETE',
    'RESOURCE_CREATE',
  ]);
  assert.deepEqual(names(role?.capabilities ?? []), ['SYNC', 'PROVISION']);
});

test('the connector can do what its types can, by number, and its actions', () => {
  const never = async (): Promise<never> => assert.fail('describing a connector calls nothing');
  const { connectorCapabilities: found } = connectorCapabilities(
    connector([part('a', { get: never }), part('b', { delete: never })], {
      actions: [{ schema: create(BatonActionSchemaSchema, { name: 'go' }), run: never }],
    }),
  );
  assert.deepEqual(names(found), ['SYNC', 'RESOURCE_DELETE', 'ACTIONS', 'TARGETED_SYNC', 'SERVICE_MODE_TARGETED_SYNC']);
});

test('accounts are created without a password unless the connector says otherwise', () => {
  const details = (accounts: AccountPart) =>
    connectorCapabilities(connector([part('user', { accounts })])).credentialDetails?.capabilityAccountProvisioning;
  const none = details(accountsAskingFor('email'));
  assert.deepEqual([none?.supportedCredentialOptions, none?.preferredCredentialOption], [[NO_PASSWORD], NO_PASSWORD]);
  const both = { supported: [NO_PASSWORD, RANDOM_PASSWORD], preferred: RANDOM_PASSWORD };
  const some = details(accountsAskingFor('email', { credentialOptions: both }));
  assert.deepEqual(
    [some?.supportedCredentialOptions, some?.preferredCredentialOption],
    [both.supported, both.preferred],
  );
});

test('without accounts there are no credentials and no form', () => {
  const metadata = connectorMetadata(outline, connector([part('user')]));
  assert.equal(metadata.accountCreationSchema, undefined);
  assert.equal(metadata.capabilities?.credentialDetails?.capabilityAccountProvisioning, undefined);
});

test('the metadata says who the connector is and what a new account needs', () => {
  const metadata = connectorMetadata(outline, connector([part('user', { accounts: accountsAskingFor('email') })]));
  assert.deepEqual(
    [metadata.displayName, metadata.description, metadata.helpUrl],
    ['Demo', 'A demo', 'https://example.com/help'],
  );
  assert.deepEqual(Object.keys(metadata.accountCreationSchema?.fieldMap ?? {}), ['email']);
});

test('of several kinds of accounts, the form is that of the people', () => {
  const robots = part('robot', { accounts: accountsAskingFor('owner') });
  const people = part('person', { accounts: accountsAskingFor('email') }, [ResourceType_Trait.USER]);
  const { accountCreationSchema } = connectorMetadata(outline, connector([robots, people]));
  assert.deepEqual(Object.keys(accountCreationSchema?.fieldMap ?? {}), ['email']);
});
