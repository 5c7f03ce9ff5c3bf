import { FieldSchema } from '@baton-ts/protocol/config-v1';
import {
  BatonActionSchemaSchema,
  ConnectorAccountCreationSchemaSchema,
  type Entitlement,
  type Resource,
  ResourceType_Trait,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create } from '@bufbuild/protobuf';
import type { AccountPart, ChangeRequest, ConnectorAction } from '../../changes.ts';
import type { Connector, ResourceTypePart } from '../../connector.ts';
import {
  entitlementImmutable,
  grantAlreadyExists,
  grantAlreadyRevoked,
  resourceDoesNotExist,
} from '../../model/annotations.ts';
import { entitlement, grant } from '../../model/entitlement.ts';
import { resourceType, roleResource, userResource } from '../../model/resource.ts';

/** The roles that each person holds, by the person's name. */
export type Members = Readonly<Record<string, readonly string[]>>;

/** Where a team is kept. As in the systems that people have, a write replaces all that a person holds. */
export interface TeamStore {
  read(): Promise<Members>;
  /** Undefined: the person leaves. */
  write(person: string, roles: readonly string[] | undefined): Promise<void>;
}

const person = resourceType({ id: 'person', displayName: 'Person', traits: [ResourceType_Trait.USER] });
const role = resourceType({ id: 'role', displayName: 'Role', traits: [ResourceType_Trait.ROLE] });
const roleNames = ['reader', 'writer', 'auditor', 'founder'];

export function personNamed(name: string): Resource {
  return userResource({ type: person, id: name, displayName: name });
}

/** Who is a founder is settled. */
export function memberOf(name: string): Entitlement {
  const resource = roleResource({ type: role, id: name, displayName: name });
  return entitlement({
    resource,
    slug: 'member',
    purpose: 'assignment',
    grantableTo: [person],
    annotations: name === 'founder' ? [entitlementImmutable({ reason: 'Who founded the team is settled.' })] : [],
  });
}

/**
 * A connector for a team.
 *
 * @param moment waited for at each write, before it happens: where a test lets something go wrong
 */
export function teamConnector(
  store: TeamStore,
  moment: (request: ChangeRequest) => Promise<void> = async () => {},
): Connector {
  const rolesOf = async (name: string): Promise<readonly string[]> => {
    const roles = (await store.read())[name];
    if (roles === undefined) throw new BatonError(Code.NotFound, `nobody is called "${name}"`);
    return roles;
  };
  const replace = async (name: string, after: readonly string[] | undefined, request: ChangeRequest): Promise<void> => {
    const before = (await store.read())[name] ?? [];
    const path = `/people/${encodeURIComponent(name)}`;
    request.announce({
      summary: `Replace the roles of "${name}".`,
      requests: [after === undefined ? { method: 'DELETE', path } : { method: 'PUT', path, body: { roles: after } }],
      before,
      after: after ?? [],
    });
    await moment(request);
    await store.write(name, after);
    const now = (await store.read())[name];
    if (String(now) !== String(after)) throw new BatonError(Code.Aborted, `somebody else changed "${name}"`);
  };
  const people: ResourceTypePart = {
    type: person,
    list: async () => ({ items: Object.keys(await store.read()).map(personNamed) }),
    delete: async (request) => {
      const name = request.id.resource;
      if ((await store.read())[name] === undefined) return { annotations: [resourceDoesNotExist()] };
      await replace(name, undefined, request);
      return {};
    },
    accounts: accounts(store, replace),
  };
  const roles: ResourceTypePart = {
    type: role,
    list: async () => ({
      items: roleNames.map((name) => roleResource({ type: role, id: name, displayName: name })),
    }),
    entitlements: async ({ resource }) => ({ items: [memberOf(resource.id?.resource ?? '')] }),
    grants: async ({ resource }) => {
      const name = resource.id?.resource ?? '';
      const holders = Object.entries(await store.read()).filter(([, held]) => held.includes(name));
      return { items: holders.map(([holder]) => grant(memberOf(name), personNamed(holder))) };
    },
    grant: async (request) => {
      const name = request.principal.id?.resource ?? '';
      const wanted = request.entitlement.resource?.id?.resource ?? '';
      const before = await rolesOf(name);
      if (before.includes(wanted)) return { annotations: [grantAlreadyExists()] };
      await replace(name, [...before, wanted].sort(), request);
      return { grants: [grant(request.entitlement, request.principal)], notes: [`"${name}" gets a letter.`] };
    },
    revoke: async (request) => {
      const name = request.grant.principal?.id?.resource ?? '';
      const unwanted = request.grant.entitlement?.resource?.id?.resource ?? '';
      const before = await rolesOf(name);
      if (!before.includes(unwanted)) return { annotations: [grantAlreadyRevoked()] };
      await replace(
        name,
        before.filter((held) => held !== unwanted),
        request,
      );
      return {};
    },
  };
  return { resourceTypes: [people, roles], validate: async () => [], actions: [greet(moment)] };
}

function accounts(
  store: TeamStore,
  replace: (name: string, after: readonly string[], request: ChangeRequest) => Promise<void>,
): AccountPart {
  return {
    schema: create(ConnectorAccountCreationSchemaSchema, {
      fieldMap: { email: { displayName: 'E-mail', required: true } },
    }),
    create: async (request) => {
      const name = request.account.emails[0]?.address ?? request.account.login;
      if (name === '') throw new BatonError(Code.InvalidArgument, 'a person needs an e-mail address');
      const resource = personNamed(name);
      if ((await store.read())[name] !== undefined) return { result: 'already-exists', resource };
      await replace(name, [], request);
      return { result: 'created', resource, invitationExpiresAt: new Date('2030-01-01T00:00:00Z') };
    },
  };
}

function greet(moment: (request: ChangeRequest) => Promise<void>): ConnectorAction {
  return {
    schema: create(BatonActionSchemaSchema, {
      name: 'greet',
      description: 'Greet somebody',
      arguments: [
        create(FieldSchema, {
          name: 'name',
          description: 'Whom',
          isRequired: true,
          field: { case: 'stringField', value: {} },
        }),
        create(FieldSchema, { name: 'times', field: { case: 'intField', value: { rules: { gte: 1n } } } }),
        create(FieldSchema, { name: 'aloud', field: { case: 'boolField', value: {} } }),
        create(FieldSchema, { name: 'languages', field: { case: 'stringSliceField', value: {} } }),
        create(FieldSchema, { name: 'titles', field: { case: 'stringMapField', value: {} } }),
      ],
    }),
    run: async (request) => {
      const name = JSON.stringify(request.args['name']);
      if (name === '"nobody"') throw new BatonError(Code.NotFound, 'there is nobody to greet');
      request.announce({ summary: `Greet ${name}.`, requests: [{ method: 'POST', path: '/greetings' }] });
      await moment(request);
      return { response: { greeting: `Hello ${name}` }, notes: ['It was a friendly greeting.'] };
    },
  };
}

/** A team in memory. Others get their turn in every call, so two writers who do not wait for each other lose something. */
export class MemoryTeam implements TeamStore {
  members: Members;
  writes = 0;

  constructor(members: Members) {
    this.members = members;
  }

  async read(): Promise<Members> {
    const { members } = this;
    await Promise.resolve();
    return members;
  }

  async write(name: string, roles: readonly string[] | undefined): Promise<void> {
    await Promise.resolve();
    this.writes += 1;
    const { [name]: _, ...others } = this.members;
    this.members = roles === undefined ? others : { ...others, [name]: roles };
  }
}
