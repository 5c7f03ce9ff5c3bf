import type { CallRequest } from '@baton-ts/connector-sdk';
import { BatonError, Code } from '@baton-ts/connector-sdk';
import { statusOf } from '../api/errors.ts';
import { noSubusers, type Source } from './source.ts';

export interface ValidationOptions {
  readonly source: Source;
  readonly provisioning: boolean;
  readonly ignoreSubusers: boolean;
  readonly syncApiKeys: boolean;
  /** A sentence; undefined when the key looks like one. */
  readonly apiKeyProblem: string | undefined;
}

const provisioningScopes = ['teammates.create', 'teammates.update', 'teammates.delete'];

/** All that the connector can do something with, whatever it is told to do. */
const usableScopes = [
  'teammates.read',
  'subusers.read',
  'api_keys.read',
  ...provisioningScopes,
  'sso.teammates.create',
  'sso.teammates.update',
  'subusers.update',
  'api_keys.delete',
];

/** Changes that not every account needs: what they take, and what it means when the key lacks that. */
interface SpecialChange {
  readonly scopes: readonly string[];
  readonly without: string;
}

function specialChanges({ ignoreSubusers, syncApiKeys }: ValidationOptions, hasSubusers: boolean): SpecialChange[] {
  return [
    {
      scopes: ['sso.teammates.create', 'sso.teammates.update'],
      without: 'SSO teammates can be read but not changed',
    },
    ...(hasSubusers && !ignoreSubusers
      ? [{ scopes: ['subusers.update'], without: 'Subusers can be read but not disabled or enabled' }]
      : []),
    ...(syncApiKeys ? [{ scopes: ['api_keys.delete'], without: 'API keys can be read but not deleted' }] : []),
  ];
}

/** Proves the key and names what it may not do, before anything is written (`sendgrid-api.md §8`). */
export async function validate(options: ValidationOptions, { signal }: CallRequest): Promise<readonly string[]> {
  const { source, provisioning, ignoreSubusers, syncApiKeys } = options;
  if (options.apiKeyProblem !== undefined) {
    throw new BatonError(
      Code.Unauthenticated,
      `${options.apiKeyProblem} Set BATON_SENDGRID_API_KEY or --sendgrid-api-key to a key from Settings, API Keys.`,
    );
  }
  source.begin();
  const [granted, account] = await Promise.all([keyScopes(source, signal), accountOf(source, signal)]);
  source.logger.info('SendGrid account', account);
  const scopes = new Set(granted);
  source.logger.info('What the API key may do', {
    holds: usableScopes.filter((name) => scopes.has(name)),
    lacks: usableScopes.filter((name) => !scopes.has(name)),
  });
  const lacks = (names: readonly string[]) => names.filter((name) => !scopes.has(name));
  const needed = [
    'teammates.read',
    ...(syncApiKeys ? ['api_keys.read'] : []),
    ...(provisioning ? provisioningScopes : []),
  ];
  const missing = lacks(needed);
  const special = provisioning ? specialChanges(options, scopes.has('subusers.read')) : [];
  if (missing.length > 0) {
    const more = special.flatMap((change) => lacks(change.scopes));
    const besides = more.length === 0 ? '' : ` Some changes would also need ${more.join(', ')}.`;
    throw new BatonError(
      Code.PermissionDenied,
      `The API key lacks ${missing.join(', ')}. Give it to the key in SendGrid under Settings, API Keys, or make a key with full access.${besides}`,
    );
  }
  const notes: string[] = [];
  if (!ignoreSubusers && !scopes.has('subusers.read')) {
    notes.push(noSubusers);
    source.markSaid(noSubusers);
  }
  for (const change of special) {
    const absent = lacks(change.scopes);
    if (absent.length > 0) notes.push(`${change.without}: the API key lacks ${absent.join(', ')}.`);
  }
  return notes;
}

async function keyScopes(source: Source, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return await source.keyScopes({ signal });
  } catch (error) {
    const status = statusOf(error);
    if (status === 401) {
      throw new BatonError(
        Code.Unauthenticated,
        'SendGrid does not accept the API key: it is wrong, was revoked, or belongs to another region. Check BATON_SENDGRID_API_KEY and --sendgrid-region, or make a new key.',
        { cause: error },
      );
    }
    if (status === 403) {
      throw new BatonError(
        Code.PermissionDenied,
        'The API key may not even read its own scopes. Make a key with full access, or with teammates.read and subusers.read.',
        { cause: error },
      );
    }
    throw error;
  }
}

/** Whose account it is and its plan, as far as the key may ask: for the log only, so a refusal costs nothing. */
async function accountOf(source: Source, signal: AbortSignal) {
  const orNothing = (error: unknown): undefined => {
    if (![401, 403, 404].includes(statusOf(error) ?? 0)) throw error;
  };
  const [name, account] = await Promise.all([
    source.client.userName({ signal }).catch(orNothing),
    source.client.userAccount({ signal }).catch(orNothing),
  ]);
  return { username: name?.username, plan: account?.type };
}
