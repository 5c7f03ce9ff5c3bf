import { entitlement, entitlementImmutable, type ResourceTypePart, roleResource } from '@baton-ts/connector-sdk';
import type { Entitlement, Resource } from '@baton-ts/protocol/connector-v2';
import type { ListedTeammate } from '../api/schemas.ts';
import { sessionKey } from './facts.ts';
import { scopeType, teammateType } from './resource-types.ts';
import { type KnownScope, knownScopes, selfServiceScopes } from './scope-catalogue.ts';
import type { Source } from './source.ts';
import type { TeammateDirectory } from './teammate-directory.ts';

interface ScopeModel {
  readonly resource: Resource;
  readonly assigned: Entitlement;
}

/** The scopes' resources and entitlements: the same objects for the same scope, so that they are encoded once. */
export class ScopeModels {
  readonly #byName = new Map<string, ScopeModel>();

  of(name: string): ScopeModel {
    let model = this.#byName.get(name);
    if (model === undefined) this.#byName.set(name, (model = build(name)));
    return model;
  }
}

/** Whether SendGrid assigns the scope by itself, so that it can be neither given nor taken away. */
export function isAutomatic(name: string): boolean {
  return knownScopes.get(name)?.automatic ?? false;
}

/** The same for one person: SendGrid gives a few more to whoever signs in with a password (`sendgrid-api.md §4.5`). */
export function isAutomaticFor(person: ListedTeammate, name: string): boolean {
  const hasPassword = !person.is_sso && !person.is_unified && !person.is_partner_sso;
  return isAutomatic(name) || (hasPassword && selfServiceScopes.has(name));
}

function build(name: string): ScopeModel {
  const known = knownScopes.get(name);
  const title = known?.title ?? name;
  const description = describe(known);
  const resource = roleResource({
    type: scopeType,
    id: name,
    displayName: title,
    description,
    profile: {
      scope: name,
      ...(known && { family: known.family, risk: known.risk }),
      automatic: known?.automatic ?? false,
      known: known !== undefined,
    },
  });
  const assigned = entitlement({
    resource,
    slug: 'assigned',
    displayName: title,
    description,
    purpose: 'permission',
    grantableTo: [teammateType],
    annotations: isAutomatic(name) ? [entitlementImmutable({ reason: 'SendGrid assigns this scope by itself' })] : [],
  });
  return { resource, assigned };
}

function describe(known: KnownScope | undefined): string {
  if (known === undefined) {
    return 'SendGrid has added this scope since this version was made: look it up before you approve it. Risk: not rated.';
  }
  return `${known.sentence} Risk: ${known.risk}.`;
}

/**
 * The catalogue is what we know ∪ what the key may do ∪ what was seen on somebody: SendGrid adds names without notice
 * and none may be dropped (`sendgrid-api.md §8`).
 */
export function scopePart(source: Source, directory: TeammateDirectory, scopes: ScopeModels): ResourceTypePart {
  return {
    type: scopeType,
    listAfter: ['teammate', 'teammate_invitation', 'subuser'],
    permissions: ['teammates.read'],
    async list({ parent, session, signal }) {
      if (parent) return { items: [] };
      const ofKey = await source.keyScopes({ signal });
      // Known already in a whole sync; when only scopes and roles are synced, the roles' grants need it.
      const ofAccount = await directory.accountCatalogue({ session, signal });
      const names = new Set([...knownScopes.keys(), ...ofKey, ...ofAccount]);
      const prefix = sessionKey.scopeSeen('');
      for (const [key] of session.entries(prefix)) names.add(key.slice(prefix.length));
      return { items: [...names].sort().map((name) => scopes.of(name).resource) };
    },
    get: ({ id }) => Promise.resolve(id.resource === '' ? undefined : scopes.of(id.resource).resource),
    entitlements: ({ resource }) => Promise.resolve({ items: [scopes.of(resource.id?.resource ?? '').assigned] }),
  };
}
