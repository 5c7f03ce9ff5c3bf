import type { Connector } from '@baton-ts/console-api';

export interface KeyAbility {
  readonly name: string;
  /** Scopes that it takes and the key does not have. */
  readonly missing: readonly string[];
  /** What that means. */
  readonly without: string;
}

const abilities: readonly {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly without: string;
}[] = [
  { name: 'Read teammates', scopes: ['teammates.read'], without: 'Nothing can be read.' },
  { name: 'Read subusers', scopes: ['subusers.read'], without: 'Subusers are left out.' },
  { name: 'Read API keys', scopes: ['api_keys.read'], without: 'API keys cannot be read.' },
  { name: 'Change teammates', scopes: ['teammates.update'], without: 'Permissions can be read, not changed.' },
  { name: 'Invite teammates', scopes: ['teammates.create'], without: 'Nobody can be invited.' },
  { name: 'Remove teammates', scopes: ['teammates.delete'], without: 'Nobody can be removed.' },
  {
    name: 'Change single sign-on teammates',
    scopes: ['sso.teammates.create', 'sso.teammates.update'],
    without: 'Subuser access can be read, not changed.',
  },
  { name: 'Disable subusers', scopes: ['subusers.update'], without: 'Subusers can be read, not disabled.' },
  { name: 'Delete API keys', scopes: ['api_keys.delete'], without: 'API keys can be read, not deleted.' },
];

/** What people can do with a key that has these scopes, and what they cannot. */
export function keyAbilities({ holds, lacks }: NonNullable<Connector['keyRights']>): KeyAbility[] {
  const told = new Set([...holds, ...lacks]);
  return abilities
    .filter(({ scopes }) => scopes.every((scope) => told.has(scope)))
    .map(({ name, scopes, without }) => ({ name, without, missing: scopes.filter((scope) => lacks.includes(scope)) }));
}
