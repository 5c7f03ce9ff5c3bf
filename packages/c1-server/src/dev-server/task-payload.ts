import {
  Task_ActionInvokeTaskSchema,
  Task_CreateAccountTaskSchema,
  Task_DeleteResourceTaskSchema,
  Task_GrantTaskSchema,
  Task_RevokeTaskSchema,
  Task_SyncFullTaskSchema,
} from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { fromProtoJson } from '@baton-ts/protocol/json';
import type { JsonObject } from '@bufbuild/protobuf';
import type { TaskPayload } from '../queue/task-queue.ts';
import type { Flags } from './invocation.ts';
import { entitlementRef, grantParts, resourceRef } from './task-ids.ts';

/** The task that a command asks for; undefined for a command that asks for none. */
export function taskPayload(name: string, words: readonly string[], flags: Flags): TaskPayload | undefined {
  const json = text(flags, 'json');
  switch (name) {
    case 'sync':
      // The reader that comes with the project reads SQLite files.
      return {
        case: 'syncFull',
        value:
          json === undefined ? { storageEngine: 'sqlite' } : fromProtoJson(Task_SyncFullTaskSchema, json, '--json'),
      };
    case 'grant':
      return {
        case: 'grant',
        value: json === undefined ? grantOf(words, flags) : fromProtoJson(Task_GrantTaskSchema, json, '--json'),
      };
    case 'revoke':
      return {
        case: 'revoke',
        value:
          json === undefined
            ? { grant: revokedGrant(words, flags) }
            : fromProtoJson(Task_RevokeTaskSchema, json, '--json'),
      };
    case 'create-account':
      return {
        case: 'createAccount',
        value:
          json === undefined ? accountOf(words, flags) : fromProtoJson(Task_CreateAccountTaskSchema, json, '--json'),
      };
    case 'delete':
      return {
        case: 'deleteResource',
        value:
          json === undefined
            ? { resourceId: resourceOf(words) }
            : fromProtoJson(Task_DeleteResourceTaskSchema, json, '--json'),
      };
    case 'action':
      return {
        case: 'actionInvoke',
        value: json === undefined ? actionOf(words, flags) : fromProtoJson(Task_ActionInvokeTaskSchema, json, '--json'),
      };
    case 'hello':
      return { case: 'hello', value: {} };
    default:
      return undefined;
  }
}

function grantOf(words: readonly string[], flags: Flags) {
  const [id, principalType, principal] = exactly(3, words, 'grant ENTITLEMENT PRINCIPAL_TYPE PRINCIPAL');
  const type = text(flags, 'resource-type');
  const resource = text(flags, 'resource');
  const { of, slug } = entitlementRef(id, { ...(type && { type }), ...(resource && { resource }) });
  return {
    entitlement: { id, slug, displayName: slug, resource: { id: of } },
    principal: { id: resourceRef(principalType, principal) },
  };
}

function revokedGrant(words: readonly string[], flags: Flags) {
  const [grant = ''] = words;
  const parts = words.length === 1 ? grantParts(grant) : words;
  const held = grantOf(exactly(3, parts, 'revoke GRANT'), flags);
  return { ...held, id: parts.join(':') };
}

function accountOf(words: readonly string[], flags: Flags) {
  const [address] = exactly(1, words, 'create-account EMAIL');
  if (!/^[^@\s]+@[^@\s]+$/.test(address)) {
    throw new BatonError(Code.InvalidArgument, `"${address}" is not an e-mail address.`);
  }
  const profile = { email: address, ...jsonObject(text(flags, 'profile') ?? '{}', '--profile') };
  return {
    accountInfo: { emails: [{ address, isPrimary: true }], login: address, profile },
    credentialOptions: { options: { case: 'noPassword' as const, value: {} } },
    resourceTypeId: text(flags, 'account-type') ?? '',
  };
}

function resourceOf(words: readonly string[]) {
  const [type, id] = exactly(2, words, 'delete TYPE ID');
  return resourceRef(type, id);
}

function actionOf([name, args]: readonly string[], flags: Flags) {
  if (name === undefined || name === '') throw new BatonError(Code.InvalidArgument, 'usage: action NAME [ARGUMENTS]');
  return { name, args: jsonObject(args ?? '{}', 'ARGUMENTS'), resourceTypeId: text(flags, 'resource-type') ?? '' };
}

type Words<N extends number, T extends string[] = []> = T['length'] extends N ? T : Words<N, [...T, string]>;

function exactly<N extends number>(count: N, words: readonly string[], usage: string): Words<N> {
  if (hasLength(words, count)) return words;
  throw new BatonError(Code.InvalidArgument, `usage: ${usage}`);
}

function hasLength<N extends number>(words: readonly unknown[], count: N): words is Words<N> {
  return words.length === count;
}

function jsonObject(json: string, where: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new BatonError(Code.InvalidArgument, `${where} is not JSON. Example: '{"first_name": "Ann"}'`, { cause });
  }
  if (isObject(value)) return value;
  throw new BatonError(Code.InvalidArgument, `${where} must be a JSON object. Example: '{"first_name": "Ann"}'`);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
