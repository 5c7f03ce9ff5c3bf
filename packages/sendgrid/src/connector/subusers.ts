import { childResourceType, entitlement, type ResourceTypePart, userResource } from '@baton-ts/connector-sdk';
import { type Entitlement, type Resource, UserTrait_AccountType } from '@baton-ts/protocol/connector-v2';
import type { Subuser } from '../api/schemas.ts';
import { subuserType, teammateType } from './resource-types.ts';
import type { Source, SourceRequest } from './source.ts';

interface SubuserModel {
  readonly resource: Resource;
  readonly admin: Entitlement;
  readonly restricted: Entitlement;
}

/** The subusers' resources and entitlements: the same objects for the same subuser, so that they are encoded once. */
export class SubuserModels {
  readonly #source: Source;
  readonly #bySync = new WeakMap<readonly Subuser[], ReadonlyMap<string, SubuserModel>>();

  constructor(source: Source) {
    this.#source = source;
  }

  /** By id, in SendGrid's order. */
  async all(request: SourceRequest): Promise<ReadonlyMap<string, SubuserModel>> {
    const subusers = await this.#source.subusers(request);
    let models = this.#bySync.get(subusers);
    if (models === undefined) {
      models = new Map(subusers.map((subuser) => [subuser.id, build(subuser)]));
      this.#bySync.set(subusers, models);
    }
    return models;
  }

  async find(id: string, request: SourceRequest): Promise<SubuserModel | undefined> {
    return (await this.all(request)).get(id);
  }
}

function build({ id, username, email, disabled, region }: Subuser): SubuserModel {
  const resource = userResource(
    {
      type: subuserType,
      id,
      displayName: username,
      profile: { username, email, id, ...(region !== '' && { region }) },
      status: disabled ? { status: 'disabled', details: 'disabled in SendGrid' } : { status: 'enabled' },
      annotations: [childResourceType(teammateType.id)],
    },
    {
      accountType: UserTrait_AccountType.SERVICE,
      login: username,
      emails: email === '' ? [] : [{ address: email, isPrimary: true }],
    },
  );
  return { resource, ...subuserEntitlements(resource) };
}

/** Both kinds of access to a subuser: somebody holds one of them, or none. */
export function subuserEntitlements(resource: Resource): Omit<SubuserModel, 'resource'> {
  const username = resource.displayName;
  const grantableTo = [teammateType];
  return {
    admin: entitlement({
      resource,
      slug: 'admin',
      displayName: `Admin of ${username}`,
      description: `May do everything in the subuser ${username}. Risk: critical.`,
      purpose: 'permission',
      grantableTo,
    }),
    restricted: entitlement({
      resource,
      slug: 'restricted',
      displayName: `Restricted access to ${username}`,
      description: `May do in the subuser ${username} what the scopes on the grant say. Risk: depends on the scopes.`,
      purpose: 'permission',
      grantableTo,
    }),
  };
}

export function subuserPart(models: SubuserModels): ResourceTypePart {
  return {
    type: subuserType,
    permissions: ['subusers.read'],
    async list({ parent, ...request }) {
      if (parent) return { items: [] };
      return { items: [...(await models.all(request)).values()].map(({ resource }) => resource) };
    },
    async get({ id, ...request }) {
      return (await models.find(id.resource, request))?.resource;
    },
    async entitlements({ resource, ...request }) {
      const model = await models.find(resource.id?.resource ?? '', request);
      return { items: model ? [model.admin, model.restricted] : [] };
    },
  };
}
