import { join } from 'node:path';
import {
  type Connector,
  type ConnectorDefinition,
  entitlement,
  grant,
  grantAlreadyExists,
  grantAlreadyRevoked,
  grantExpandable,
  groupResource,
  type ResourceTypePart,
  resourceId,
  resourceType,
  roleResource,
  userResource,
} from '@baton-ts/connector-sdk';
import { type Entitlement, type Resource, ResourceType_Trait } from '@baton-ts/protocol/connector-v2';
import { outline } from './outline.ts';
import { readTable, writeTable } from './table.ts';

// What there is.
const person = resourceType({ id: 'person', displayName: 'Person', traits: [ResourceType_Trait.USER] });
const group = resourceType({ id: 'group', displayName: 'Group', traits: [ResourceType_Trait.GROUP] });
const role = resourceType({ id: 'role', displayName: 'Role', traits: [ResourceType_Trait.ROLE] });

/** What can be held: being a member of a group, having a role. */
function heldOn(resource: Resource): Entitlement {
  const isGroup = resource.id?.resourceType === group.id;
  return entitlement({
    resource,
    slug: isGroup ? 'member' : 'assigned',
    displayName: isGroup ? `Member of ${resource.displayName}` : resource.displayName,
    purpose: isGroup ? 'assignment' : 'permission',
    grantableTo: [person, group],
  });
}

export const csvConnector: ConnectorDefinition<typeof outline.fields> = {
  ...outline,
  open: (config) => assemble(config['csv-folder']),
  openForCapabilities: () => assemble(''),
};

function assemble(folder: string): Connector {
  const table = (name: string) => join(folder, `${name}.csv`);
  const holders = new Holders(table('holders'));
  const people = (): Resource[] =>
    readTable(table('people'), ['id', 'name', 'email']).map(([id = '', displayName = '', address = '']) =>
      userResource({ type: person, id, displayName }, { login: id, emails: [{ address, isPrimary: true }] }),
    );
  const groups = (): Resource[] =>
    readTable(table('groups'), ['id', 'name']).map(([id = '', displayName = '']) =>
      groupResource({ type: group, id, displayName }),
    );
  const roles = (): Resource[] =>
    readTable(table('roles'), ['id', 'name']).map(([id = '', displayName = '']) =>
      roleResource({ type: role, id, displayName }),
    );
  return {
    resourceTypes: [
      { type: person, list: async () => ({ items: people() }) },
      { type: group, list: async () => ({ items: groups() }), ...holders.functions() },
      { type: role, list: async () => ({ items: roles() }), ...holders.functions() },
    ],
    // Reads everything once, so that a missing file is told before anything is written.
    validate: async () => {
      for (const read of [people, groups, roles, () => holders.rows()]) read();
      return [];
    },
  };
}

/** Who holds what: one row in `holders.csv` for each grant. */
class Holders {
  static readonly columns = ['type', 'id', 'holder_type', 'holder_id'];
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  rows(): string[][] {
    return readTable(this.file, Holders.columns);
  }

  /** Groups and roles are held the same way. */
  functions(): Pick<ResourceTypePart, 'entitlements' | 'grants' | 'grant' | 'revoke'> {
    return {
      entitlements: async ({ resource }) => ({ items: [heldOn(resource)] }),
      grants: async ({ resource }) => {
        const held = heldOn(resource);
        const rows = this.rows().filter(
          ([type, id]) => type === resource.id?.resourceType && id === resource.id?.resource,
        );
        return { items: rows.map(([, , type = '', id = '']) => this.grantOf(held, type, id)) };
      },
      grant: async ({ entitlement: held, principal, announce }) => {
        const row = rowOf(held, principal);
        const before = this.rows();
        if (before.some(isSame(row))) return { annotations: [grantAlreadyExists()] };
        announce({ summary: `Add "${row.join(',')}" to ${this.file}.`, requests: [] });
        writeTable(this.file, Holders.columns, [...before, row]);
        const [, , type = '', id = ''] = row;
        return { grants: [this.grantOf(held, type, id)] };
      },
      revoke: async ({ grant: { entitlement: held, principal }, announce }) => {
        const row = rowOf(held, principal);
        const before = this.rows();
        if (!before.some(isSame(row))) return { annotations: [grantAlreadyRevoked()] };
        announce({ summary: `Remove "${row.join(',')}" from ${this.file}.`, requests: [] });
        writeTable(
          this.file,
          Holders.columns,
          before.filter((one) => !isSame(row)(one)),
        );
        return {};
      },
    };
  }

  /** What a group holds, its members hold too: the SDK works that out. */
  private grantOf(held: Entitlement, holderType: string, holderId: string) {
    const holder = resourceId(holderType, holderId);
    if (holderType !== group.id) return grant(held, holder);
    const membership = heldOn(groupResource({ type: group, id: holderId, displayName: holderId }));
    return grant(held, holder, { annotations: [grantExpandable({ entitlementIds: [membership.id] })] });
  }
}

function rowOf(held: Entitlement | undefined, holder: Resource | undefined): string[] {
  const [on, by] = [held?.resource?.id, holder?.id];
  return [on?.resourceType ?? '', on?.resource ?? '', by?.resourceType ?? '', by?.resource ?? ''];
}

const isSame =
  (row: readonly string[]) =>
  (other: readonly string[]): boolean =>
    row.every((value, at) => value === other[at]);
