import { toProtoJson } from '@baton-ts/protocol';
import {
  BatonActionStatus,
  CapabilityDetailCredentialOption,
  type CreateAccountRequest,
  CreateAccountRequestSchema,
  type CreateAccountResponse,
  CreateAccountResponseSchema,
  DeleteResourceRequestSchema,
  DeleteResourceResponseSchema,
  GrantAlreadyExistsSchema,
  GrantAlreadyRevokedSchema,
  GrantManagerServiceGrantResponseSchema,
  GrantManagerServiceRevokeResponseSchema,
  GrantReplacedSchema,
  InvokeActionRequestSchema,
  InvokeActionResponseSchema,
  ListActionSchemasRequestSchema,
  ListActionSchemasResponseSchema,
  type Resource,
  ResourceDeletedSchema,
  ResourceDoesNotExistSchema,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import { type Any, timestampDate } from '@bufbuild/protobuf/wkt';
import { findAnnotation, hasAnnotation } from '../model/annotations.ts';
import { chooseAccountMaker } from '../provision/account-maker.ts';
import { loadGrantRequest, loadRevokeRequest, type SyncedFile } from '../provision/load-from-file.ts';
import type { ChangeCall, Provisioner } from '../provision/provisioner.ts';
import { resourceName } from '../provision/resource-name.ts';
import { actionLines } from './action-lines.ts';
import type { WantedChange } from './wanted-change.ts';

/** What came of a change, in a word for programs and in sentences for people. */
export interface MadeChange {
  readonly outcome: string;
  readonly sentences: readonly string[];
  /** The answer of the Baton protocol, as protobuf JSON. */
  readonly response: string;
}

/** The Go connector asks for a password of this length (`cli.md §A.7`). */
const passwordLength = 20n;

/** Makes the change, or lists what can be done. Throws the `BatonError` that says why it was not made. */
export async function makeChange(
  wanted: WantedChange,
  {
    provisioner,
    file,
    call,
  }: { readonly provisioner: Provisioner; readonly file: SyncedFile; readonly call: ChangeCall },
): Promise<MadeChange> {
  switch (wanted.action) {
    case 'grant': {
      const request = await loadGrantRequest(file, wanted);
      const response = await provisioner.grant(request, call);
      const what = `"${wanted.entitlementId}"`;
      const who = principalName(request.principal);
      const held = hasAnnotation(response.annotations, GrantAlreadyExistsSchema);
      return made(GrantManagerServiceGrantResponseSchema, response, held ? 'already-granted' : 'granted', [
        held ? `${who} held ${what} before; nothing was changed.` : `Granted ${what} to ${who}. ${untilNextSync(file)}`,
        ...sideEffects(response.annotations),
      ]);
    }
    case 'revoke': {
      const request = await loadRevokeRequest(file, wanted.grantId);
      const response = await provisioner.revoke(request, call);
      const what = `"${request.grant?.entitlement?.id}"`;
      const who = principalName(request.grant?.principal);
      const gone = hasAnnotation(response.annotations, GrantAlreadyRevokedSchema);
      return made(GrantManagerServiceRevokeResponseSchema, response, gone ? 'already-revoked' : 'revoked', [
        gone
          ? `${who} did not hold ${what} any more; nothing was changed.`
          : `Revoked ${what} from ${who}. ${untilNextSync(file)}`,
        ...sideEffects(response.annotations),
      ]);
    }
    case 'create-account': {
      const request = accountRequest(wanted, file);
      const response = await provisioner.createAccount(request, call);
      const { outcome, sentences } = accountWords(response);
      return made(CreateAccountResponseSchema, response, outcome, [...sentences, ...passwordWords(request, outcome)]);
    }
    case 'delete-resource': {
      const response = await provisioner.deleteResource(
        create(DeleteResourceRequestSchema, {
          resourceId: wanted.id,
          ...(wanted.parent && { parentResourceId: wanted.parent }),
        }),
        call,
      );
      const { resourceType, resource } = wanted.id;
      const gone = hasAnnotation(response.annotations, ResourceDoesNotExistSchema);
      return made(DeleteResourceResponseSchema, response, gone ? 'already-gone' : 'deleted', [
        gone
          ? `There is no ${resourceType} "${resource}" any more; nothing was changed.`
          : `Deleted ${resourceType} "${resource}".`,
      ]);
    }
    case 'invoke-action':
      return invoke(wanted, provisioner, call);
    case 'list-action-schemas': {
      const response = provisioner.listActionSchemas(create(ListActionSchemasRequestSchema, wanted));
      return made(ListActionSchemasResponseSchema, response, 'listed', actionLines(response.schemas));
    }
  }
}

function made<Desc extends DescMessage>(
  schema: Desc,
  response: MessageShape<Desc>,
  outcome: string,
  sentences: readonly string[],
): MadeChange {
  return { outcome, sentences, response: toProtoJson(schema, response) };
}

function untilNextSync({ path }: SyncedFile): string {
  return `${path} shows it after the next sync.`;
}

function sideEffects(annotations: readonly Any[]): string[] {
  const replaced = findAnnotation(annotations, GrantReplacedSchema)?.replacedGrantId;
  const deleted = findAnnotation(annotations, ResourceDeletedSchema)?.resourceId;
  return [
    ...(replaced === undefined ? [] : [`It took the place of "${replaced}".`]),
    ...(deleted === undefined ? [] : [`${deleted.resourceType} "${deleted.resource}" was deleted by that.`]),
  ];
}

/** A password is asked for only where the connector sets one. */
function accountRequest(
  { login, email, profile, resourceTypeId }: Extract<WantedChange, { action: 'create-account' }>,
  { connector }: SyncedFile,
): CreateAccountRequest {
  const { NO_PASSWORD, RANDOM_PASSWORD } = CapabilityDetailCredentialOption;
  const { accounts } = chooseAccountMaker(connector, resourceTypeId);
  const supported = accounts.credentialOptions?.supported ?? [NO_PASSWORD];
  return create(CreateAccountRequestSchema, {
    accountInfo: { login, profile, emails: email === '' ? [] : [{ address: email, isPrimary: true }] },
    resourceTypeId,
    ...(supported.includes(RANDOM_PASSWORD)
      ? { credentialOptions: { options: { case: 'randomPassword', value: { length: passwordLength } } } }
      : supported.includes(NO_PASSWORD)
        ? { credentialOptions: { options: { case: 'noPassword', value: {} } } }
        : {}),
  });
}

function accountWords({ result }: CreateAccountResponse): { readonly outcome: string; readonly sentences: string[] } {
  switch (result.case) {
    case 'success': {
      const { resource, invitationExpiresAt } = result.value;
      const expires = invitationExpiresAt && timestampDate(invitationExpiresAt).toISOString();
      return {
        outcome: 'created',
        sentences: [
          expires === undefined
            ? `Created ${accountName(resource)}.`
            : `Invited ${accountName(resource)}; the invitation can be accepted until ${expires}.`,
        ],
      };
    }
    case 'actionRequired':
      return { outcome: 'action-required', sentences: [`Somebody has to act: ${result.value.message}`] };
    case 'alreadyExists':
      return {
        outcome: 'already-exists',
        sentences: [`There was ${accountName(result.value.resource)} before; nothing was changed.`],
      };
    case 'inProgress':
      return { outcome: 'in-progress', sentences: ['The account is still being created. Sync later to see it.'] };
    default:
      return { outcome: 'unknown', sentences: [] };
  }
}

function passwordWords({ credentialOptions }: CreateAccountRequest, outcome: string): string[] {
  return outcome === 'created' && credentialOptions?.options.case === 'randomPassword'
    ? ['It has a random password that nobody knows: let the person set a new one.']
    : [];
}

async function invoke(
  { name, args, resourceTypeId }: Extract<WantedChange, { action: 'invoke-action' }>,
  provisioner: Provisioner,
  call: ChangeCall,
): Promise<MadeChange> {
  const request = create(InvokeActionRequestSchema, { name, args, resourceTypeId, inlineWait: { seconds: 3600n } });
  const response = await provisioner.invokeAction(request, call);
  const results = Object.entries(response.response ?? {});
  if (response.status === BatonActionStatus.FAILED) throw failure(response.response ?? {}, name);
  return made(InvokeActionResponseSchema, response, 'complete', [
    `The action "${name}" is complete.`,
    ...results.map(([key, value]) => `  ${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`),
  ]);
}

/** The answer names the code, so that the program can end with it. */
function failure({ error, code }: Readonly<Record<string, unknown>>, name: string): BatonError {
  const known = Object.entries(Code).find(([word]) => word === code)?.[1] ?? Code.Unknown;
  return new BatonError(known, typeof error === 'string' ? error : `the action "${name}" failed`);
}

function principalName(principal: Resource | undefined): string {
  return principal === undefined ? 'The principal' : resourceName(principal);
}

/** Without the id where there is a name: an invitation's id is what lets a person in. */
function accountName(account: Resource | undefined): string {
  if (account?.id === undefined) return 'the account';
  return `${account.id.resourceType} "${account.displayName || account.id.resource}"`;
}
