import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { JsonObject } from '@bufbuild/protobuf';
import type { Settings } from './settings.ts';

interface ResourceName {
  readonly resourceType: string;
  readonly resource: string;
}

/** The one change that a run was started for. */
export type WantedChange =
  | {
      readonly action: 'grant';
      readonly entitlementId: string;
      readonly principal: ResourceName;
    }
  | { readonly action: 'revoke'; readonly grantId: string }
  | {
      readonly action: 'create-account';
      readonly login: string;
      readonly email: string;
      readonly profile: JsonObject;
      /** Empty: the connector's main one. */
      readonly resourceTypeId: string;
    }
  | { readonly action: 'delete-resource'; readonly id: ResourceName; readonly parent: ResourceName | undefined }
  | {
      readonly action: 'invoke-action';
      readonly name: string;
      readonly args: JsonObject;
      readonly resourceTypeId: string;
    }
  | { readonly action: 'list-action-schemas'; readonly resourceTypeId: string };

interface Kind {
  /** Any of these asks for the change. */
  readonly starts: readonly string[];
  /** These have to come with it. */
  readonly needs: readonly string[];
  /** These may come with it, and only with it. */
  readonly takes: readonly string[];
  readonly read: (settings: Settings) => WantedChange;
}

/** In the order of `cli.md §A.6`. */
const kinds: readonly Kind[] = [
  {
    starts: ['grant-entitlement'],
    needs: ['grant-principal', 'grant-principal-type'],
    takes: [],
    read: (settings) => ({
      action: 'grant',
      entitlementId: settings.string('grant-entitlement'),
      principal: {
        resourceType: settings.string('grant-principal-type'),
        resource: settings.string('grant-principal'),
      },
    }),
  },
  {
    starts: ['revoke-grant'],
    needs: [],
    takes: [],
    read: (settings) => ({ action: 'revoke', grantId: settings.string('revoke-grant') }),
  },
  {
    starts: ['create-account-login', 'create-account-email', 'create-account-profile'],
    needs: [],
    takes: ['create-account-resource-type'],
    read: accountOf,
  },
  {
    starts: ['invoke-action'],
    needs: [],
    takes: ['invoke-action-args', 'invoke-action-resource-type'],
    read: (settings) => ({
      action: 'invoke-action',
      name: settings.string('invoke-action'),
      args: jsonObject(settings, 'invoke-action-args'),
      resourceTypeId: settings.string('invoke-action-resource-type'),
    }),
  },
  {
    starts: ['list-action-schemas'],
    needs: [],
    takes: ['list-action-schemas-resource-type'],
    read: (settings) => ({
      action: 'list-action-schemas',
      resourceTypeId: settings.string('list-action-schemas-resource-type'),
    }),
  },
  {
    starts: ['delete-resource'],
    needs: ['delete-resource-type'],
    takes: ['delete-resource-parent'],
    read: (settings) => ({
      action: 'delete-resource',
      id: { resourceType: settings.string('delete-resource-type'), resource: settings.string('delete-resource') },
      parent: parentOf(settings),
    }),
  },
  {
    starts: ['rotate-credentials'],
    needs: ['rotate-credentials-type'],
    takes: [],
    read: () => {
      throw new BatonError(
        Code.Unimplemented,
        'this connector cannot rotate credentials; the "capabilities" command lists what it can do',
      );
    },
  },
];

/** What a sync is limited by, and a change is not. */
const syncLimits = ['sync-resources', 'sync-resource-types', 'skip-entitlements-and-grants', 'skip-grants'];

/**
 * The change that the settings ask for; undefined: none, so the run is a sync. Throws when they ask for two at once, or for
 * one without saying enough (`cli.md §A.3`).
 */
export function wantedChange(settings: Settings): WantedChange | undefined {
  const isSet = (name: string): boolean => settings.bool(name) || settings.string(name) !== '';
  const nameOf = (name: string): string => settings.source(name) ?? `--${name}`;
  refuseEmpty(settings);
  const asked = kinds.filter(({ starts }) => starts.some(isSet));
  const [kind, ...others] = asked;
  if (others.length > 0) {
    const names = asked.flatMap(({ starts }) => starts.filter(isSet).slice(0, 1)).map(nameOf);
    throw wrong(`${names.join(' and ')} are set together, and one run makes one change. Run the program once for each`);
  }
  for (const other of kinds) {
    if (other === kind) continue;
    const stray = [...other.needs, ...other.takes].find((name) => settings.source(name) !== undefined && isSet(name));
    if (stray === undefined) continue;
    throw wrong(`${nameOf(stray)} is set, which needs ${other.starts.map((name) => `--${name}`).join(' or ')} too`);
  }
  if (kind === undefined) return undefined;
  const missing = kind.needs.filter((name) => !isSet(name));
  if (missing.length > 0) {
    const [start = ''] = kind.starts.filter(isSet);
    throw wrong(`${nameOf(start)} is set, which needs ${missing.map((name) => `--${name}`).join(' and ')} too`);
  }
  const limit = syncLimits.find((name) => settings.source(name) === `--${name}`);
  if (limit !== undefined) throw wrong(`--${limit} limits a sync, and a change is no sync. Leave it out`);
  return kind.read(settings);
}

/** A script whose variable is empty is not to run a sync instead. */
function refuseEmpty(settings: Settings): void {
  const texts = kinds
    .flatMap(({ starts, needs, takes }) => [...starts, ...needs, ...takes])
    .filter((name) => name !== 'list-action-schemas');
  const empty = texts.find((name) => settings.source(name) === `--${name}` && settings.string(name) === '');
  if (empty !== undefined) throw wrong(`--${empty} is set to nothing`);
}

/** `subuser/4711`; the id may hold slashes. */
function parentOf(settings: Settings): ResourceName | undefined {
  const text = settings.string('delete-resource-parent');
  if (text === '') return undefined;
  const slash = text.indexOf('/');
  if (slash > 0 && slash < text.length - 1) {
    return { resourceType: text.slice(0, slash), resource: text.slice(slash + 1) };
  }
  throw wrong(`--delete-resource-parent is "${text}"; write it as type/id`);
}

/** Login and e-mail are in the profile too, unless it has its own (`cli.md §A.7`). */
function accountOf(settings: Settings): WantedChange {
  const given = jsonObject(settings, 'create-account-profile');
  const own = (name: string): string => {
    const value = given[name];
    return typeof value === 'string' ? value : '';
  };
  const login = settings.string('create-account-login') || own('login');
  const email = settings.string('create-account-email') || own('email');
  return {
    action: 'create-account',
    login,
    email,
    profile: { ...(login !== '' && { login }), ...(email !== '' && { email }), ...given },
    resourceTypeId: settings.string('create-account-resource-type'),
  };
}

function jsonObject(settings: Settings, name: string): JsonObject {
  const text = settings.string(name).trim();
  if (text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BatonError(
      Code.InvalidArgument,
      `${settings.source(name)} is not JSON: ${whereOf(cause, text)}. Write it like '{"key":"value"}'`,
      { cause },
    );
  }
  if (!isJsonObject(value)) {
    throw new BatonError(
      Code.InvalidArgument,
      `${settings.source(name)} is JSON, but no object. Write it like '{"key":"value"}'`,
    );
  }
  return value;
}

/** What `JSON.parse` gives holds nothing but JSON. */
function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Enough to find the place. */
const maxShown = 30;

function whereOf(cause: unknown, text: string): string {
  const found = /position (\d+)/.exec(cause instanceof Error ? cause.message : '')?.[1];
  if (found === undefined) return 'it ends too early, or begins with something else';
  const at = Number(found);
  const before = text.slice(Math.max(0, at - maxShown), at).replaceAll(/\s+/g, ' ');
  return before === ''
    ? 'it is wrong from its first character'
    : `it goes wrong at character ${at + 1}, after ${before}`;
}

function wrong(message: string): BatonError {
  return new BatonError(Code.Unknown, message);
}
