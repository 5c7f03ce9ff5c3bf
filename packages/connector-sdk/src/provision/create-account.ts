import {
  CapabilityDetailCredentialOption,
  type CreateAccountRequest,
  type CreateAccountResponse,
  CreateAccountResponseSchema,
  type CredentialOptions,
  type EncryptedData,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { AccountCredentials, AccountOutcome } from '../changes.ts';
import type { AccountMaker } from './account-maker.ts';
import type { ClientSecretKey } from './credentials/client-secret-key.ts';
import { decryptPassword, encryptedPasswordWithKeys } from './credentials/decrypt.ts';
import { checkEncryptionConfigs, encryptSecret } from './credentials/encrypt.ts';
import { generatePassword } from './credentials/generate-password.ts';

const { NO_PASSWORD, RANDOM_PASSWORD, SSO, ENCRYPTED_PASSWORD } = CapabilityDetailCredentialOption;

const options = {
  randomPassword: { kind: RANDOM_PASSWORD, named: 'a random password' },
  noPassword: { kind: NO_PASSWORD, named: 'no password' },
  sso: { kind: SSO, named: 'single sign-on' },
  encryptedPassword: { kind: ENCRYPTED_PASSWORD, named: 'an encrypted password' },
} as const;

/**
 * How the account is to sign in (`service-protocol.md §11`, CreateAccount), before anything is created: a password is made
 * up or decrypted, and whoever is to read a secret has a key that can be used. Throws `InvalidArgument`.
 */
export async function accountCredentials(
  { credentialOptions, encryptionConfigs }: CreateAccountRequest,
  { type, accounts }: AccountMaker,
  clientSecretKey: ClientSecretKey | undefined,
): Promise<AccountCredentials> {
  await checkEncryptionConfigs(encryptionConfigs);
  if (credentialOptions === undefined) return { kind: 'unspecified' };
  const wanted = credentialOptions.options;
  if (wanted.case === undefined) {
    throw new BatonError(Code.InvalidArgument, 'the request has credential_options without saying which');
  }
  const supported = accounts.credentialOptions?.supported ?? [NO_PASSWORD];
  if (!supported.includes(options[wanted.case].kind)) {
    const offered = Object.values(options).flatMap(({ kind, named }) => (supported.includes(kind) ? [named] : []));
    throw new BatonError(
      Code.InvalidArgument,
      `accounts of the type "${type.id}" are not created with ${options[wanted.case].named}, only with ${offered.join(', ')}`,
    );
  }
  if (wanted.case === 'encryptedPassword' && encryptionConfigs.length > 0) throw encryptedPasswordWithKeys();
  return credentialsFor(wanted, credentialOptions.forceChangeAtNextLogin, clientSecretKey);
}

async function credentialsFor(
  wanted: Exclude<CredentialOptions['options'], { case: undefined }>,
  changeAtNextLogin: boolean,
  clientSecretKey: ClientSecretKey | undefined,
): Promise<AccountCredentials> {
  switch (wanted.case) {
    case 'noPassword':
      return { kind: 'no-password' };
    case 'sso':
      return { kind: 'sso', provider: wanted.value.ssoProvider };
    case 'randomPassword':
      return { kind: 'password', password: generatePassword(wanted.value), changeAtNextLogin };
    case 'encryptedPassword': {
      if (clientSecretKey === undefined) {
        throw new BatonError(
          Code.FailedPrecondition,
          'an encrypted password can be read only by a service that has a client secret',
        );
      }
      return { kind: 'password', password: await decryptPassword(wanted.value, clientSecretKey), changeAtNextLogin };
    }
  }
}

/** What came of it, with every secret encrypted to each key. */
export async function accountResponse(
  outcome: AccountOutcome,
  { encryptionConfigs }: CreateAccountRequest,
): Promise<CreateAccountResponse> {
  const encrypted: EncryptedData[] = [];
  for (const secret of outcome.secrets ?? []) encrypted.push(...(await encryptSecret(secret, encryptionConfigs)));
  return create(CreateAccountResponseSchema, {
    result: resultOf(outcome),
    encryptedData: encrypted,
    annotations: [...(outcome.annotations ?? [])],
  });
}

type Result = NonNullable<MessageInitShape<typeof CreateAccountResponseSchema>['result']>;

function resultOf({ result, resource, message = '', invitationExpiresAt }: AccountOutcome): Result {
  const value = { isCreateAccountResult: true, ...(resource && { resource }) };
  switch (result) {
    case 'created': {
      const expiry = invitationExpiresAt && { invitationExpiresAt: timestampFromDate(invitationExpiresAt) };
      return { case: 'success', value: { ...value, ...expiry } };
    }
    case 'action-required':
      return { case: 'actionRequired', value: { ...value, message } };
    case 'already-exists':
      return { case: 'alreadyExists', value };
    case 'in-progress':
      return { case: 'inProgress', value };
  }
}
