import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AccountInfoSchema,
  CapabilityDetailCredentialOption,
  ConnectorAccountCreationSchemaSchema,
  CreateAccountRequestSchema,
  type CredentialOptions,
  CredentialOptionsSchema,
  ResourceTypeSchema,
} from '@baton-ts/protocol/connector-v2';
import { Code } from '@baton-ts/protocol/errors';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { AccountCredentials, AccountOutcome } from '../changes.ts';
import type { Connector } from '../connector.ts';
import { silentLogger } from '../logger.ts';
import { Secret } from '../secret.ts';
import { createProvisioner } from './create-provisioner.ts';
import type { ChangeCall } from './provisioner.ts';
import { refused } from './testing/refused.ts';

const call: ChangeCall = { signal: new AbortController().signal };
const { NO_PASSWORD, RANDOM_PASSWORD, SSO, ENCRYPTED_PASSWORD } = CapabilityDetailCredentialOption;

/** Creates accounts of the types named, and remembers how they sign in. */
function stage(
  types: readonly string[],
  options: {
    readonly supported?: readonly CapabilityDetailCredentialOption[];
    readonly outcome?: AccountOutcome;
  } = {},
) {
  const { supported, outcome = { result: 'in-progress' } } = options;
  const made: { type: string; credentials: AccountCredentials }[] = [];
  const [preferred = NO_PASSWORD] = supported ?? [];
  const connector: Connector = {
    validate: async () => [],
    resourceTypes: types.map((id) => ({
      type: create(ResourceTypeSchema, { id }),
      list: async () => ({ items: [] }),
      accounts: {
        schema: create(ConnectorAccountCreationSchemaSchema),
        ...(supported && { credentialOptions: { supported, preferred } }),
        create: async ({ credentials }) => {
          made.push({ type: id, credentials });
          return outcome;
        },
      },
    })),
  };
  return { provisioner: createProvisioner({ connector, logger: silentLogger }), made };
}

function request(
  options: MessageInitShape<typeof CredentialOptionsSchema>['options'] | undefined,
  rest: MessageInitShape<typeof CreateAccountRequestSchema> = {},
) {
  const credentialOptions: CredentialOptions | undefined =
    options && create(CredentialOptionsSchema, { options, forceChangeAtNextLogin: true });
  return create(CreateAccountRequestSchema, {
    accountInfo: create(AccountInfoSchema, { login: 'ann' }),
    ...(credentialOptions && { credentialOptions }),
    ...rest,
  });
}

test('the type that is named creates the account; without a name the only one, or else that of users', async () => {
  const one = stage(['robot']);
  await one.provisioner.createAccount(request(undefined), call);
  assert.deepEqual(one.made, [{ type: 'robot', credentials: { kind: 'unspecified' } }]);
  const two = stage(['robot', 'user']);
  await two.provisioner.createAccount(request(undefined), call);
  await two.provisioner.createAccount(request(undefined, { resourceTypeId: 'robot' }), call);
  assert.deepEqual(
    two.made.map(({ type }) => type),
    ['user', 'robot'],
  );
});

test('a type that creates none is refused with those that do', async () => {
  await assert.rejects(
    stage(['robot', 'cat']).provisioner.createAccount(request(undefined), call),
    refused(Code.Unimplemented, /several types, so name one of them: robot, cat\./),
  );
  await assert.rejects(
    stage(['robot']).provisioner.createAccount(request(undefined, { resourceTypeId: 'dog' }), call),
    refused(Code.Unimplemented, /no accounts of the type "dog"; it creates robot\./),
  );
  await assert.rejects(
    stage([]).provisioner.createAccount(request(undefined), call),
    refused(Code.Unimplemented, /cannot create accounts/),
  );
});

test('no password, single sign-on and a random password reach the connector as such', async () => {
  const { provisioner, made } = stage(['user'], { supported: [NO_PASSWORD, SSO, RANDOM_PASSWORD] });
  await provisioner.createAccount(request({ case: 'noPassword', value: {} }), call);
  await provisioner.createAccount(request({ case: 'sso', value: { ssoProvider: 'okta' } }), call);
  await provisioner.createAccount(request({ case: 'randomPassword', value: { length: 20n } }), call);
  assert.deepEqual(
    made.slice(0, 2).map(({ credentials }) => credentials),
    [{ kind: 'no-password' }, { kind: 'sso', provider: 'okta' }],
  );
  const last = made[2]?.credentials;
  assert.ok(last?.kind === 'password' && last.changeAtNextLogin);
  assert.equal(last.password.reveal().length, 20);
});

test('what the connector does not offer, or nobody asked for, is refused before anything is created', async () => {
  const { provisioner, made } = stage(['user']);
  await assert.rejects(
    provisioner.createAccount(request({ case: 'randomPassword', value: { length: 20n } }), call),
    refused(Code.InvalidArgument, /"user" are not created with a random password, only with no password$/),
  );
  await assert.rejects(
    provisioner.createAccount(request({ case: undefined }), call),
    refused(Code.InvalidArgument, /credential_options without saying which/),
  );
  assert.deepEqual(made, []);
});

test('a key that nobody can encrypt to is refused before anything is created', async () => {
  const { provisioner, made } = stage(['user']);
  const pubKey = new TextEncoder().encode('no key');
  const configs = [{ provider: 'baton/jwk/v1', config: { case: 'jwkPublicKeyConfig' as const, value: { pubKey } } }];
  await assert.rejects(
    provisioner.createAccount(request(undefined, { encryptionConfigs: configs }), call),
    refused(Code.InvalidArgument, /./),
  );
  assert.deepEqual(made, []);
});

test('an encrypted password needs the client secret, and takes no keys', async () => {
  const { provisioner } = stage(['user'], { supported: [ENCRYPTED_PASSWORD] });
  const encrypted = { case: 'encryptedPassword' as const, value: { encryptedPasswords: [] } };
  await assert.rejects(
    provisioner.createAccount(request(encrypted), call),
    refused(Code.FailedPrecondition, /only by a service that has a client secret/),
  );
});

test('secrets are left out of the answer when nobody has a key to read them', async () => {
  const { provisioner } = stage(['user'], {
    outcome: { result: 'created', secrets: [{ name: 'password', value: new Secret('swordfish-123') }] },
  });
  const answer = await provisioner.createAccount(request(undefined), call);
  assert.deepEqual([answer.result.case, answer.encryptedData], ['success', []]);
});

test('what somebody still has to do is passed on', async () => {
  const { provisioner } = stage(['user'], { outcome: { result: 'action-required', message: 'Buy a seat.' } });
  const { result } = await provisioner.createAccount(request(undefined), call);
  assert.ok(result.case === 'actionRequired');
  assert.deepEqual([result.value.message, result.value.isCreateAccountResult], ['Buy a seat.', true]);
});
