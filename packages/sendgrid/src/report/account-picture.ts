import type { RowPage, SyncReader } from '@baton-ts/c1z';
import {
  type Grant,
  type Resource,
  Status_ResourceStatus,
  UserTrait_Status_Status,
  UserTraitSchema,
} from '@baton-ts/protocol/connector-v2';
import { anyUnpack } from '@bufbuild/protobuf/wkt';

/** Somebody, or something, that has access. */
export interface Holder {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly disabled: boolean;
  /** What the status says about itself, for example "invitation expired". */
  readonly statusDetails: string;
  /** The id of the subuser in which a teammate exists; empty for teammates of the account itself. */
  readonly parentId: string;
}

/** Access that was given to a person directly, not through a role. */
export interface DirectAccess {
  readonly person: Holder;
  /** The scope's name, or the subuser's id. */
  readonly target: string;
  /** `assigned`, or `admin` and `restricted` for subusers. */
  readonly slug: string;
}

/** One sync of a SendGrid account, as a person thinks of it. */
export interface AccountPicture {
  readonly finishedAt: Date | undefined;
  readonly people: readonly Holder[];
  readonly invitations: readonly Holder[];
  readonly subusers: readonly Holder[];
  readonly scopes: readonly string[];
  readonly apiKeys: readonly Holder[];
  readonly owners: readonly Holder[];
  readonly admins: readonly Holder[];
  readonly scopeAccess: readonly DirectAccess[];
  readonly subuserAccess: readonly DirectAccess[];
  /** All grants in the file, those through roles included. */
  readonly grants: number;
}

export function readAccount(reader: SyncReader): AccountPicture {
  const people = holders(reader, 'teammate');
  const byId = new Map(people.map((person) => [person.id, person]));
  const access: Record<'scope' | 'role' | 'subuser', DirectAccess[]> = { scope: [], role: [], subuser: [] };
  for (const grant of everyRow((cursor) => reader.grants({ cursor }))) {
    const target = grant.entitlement?.resource?.id;
    const person = grant.principal?.id?.resourceType === 'teammate' ? byId.get(grant.principal.id.resource) : undefined;
    if (target === undefined || person === undefined || !isDirect(grant)) continue;
    const { resourceType, resource } = target;
    if (resourceType !== 'scope' && resourceType !== 'role' && resourceType !== 'subuser') continue;
    access[resourceType].push({ person, target: resource, slug: slugOf(grant) });
  }
  const inRole = (role: string) => access.role.filter(({ target }) => target === role).map(({ person }) => person);
  return {
    finishedAt: reader.run.endedAt,
    people,
    invitations: holders(reader, 'teammate_invitation'),
    subusers: holders(reader, 'subuser'),
    scopes: holders(reader, 'scope').map(({ id }) => id),
    apiKeys: holders(reader, 'api_key'),
    owners: inRole('owner'),
    admins: inRole('admin'),
    scopeAccess: access.scope,
    subuserAccess: access.subuser,
    grants: reader.stats().grants,
  };
}

function* everyRow<Row>(readPage: (cursor: number) => RowPage<Row>): Iterable<Row> {
  let cursor: number | undefined = 0;
  while (cursor !== undefined) {
    const page = readPage(cursor);
    yield* page.rows;
    cursor = page.next;
  }
}

function holders(reader: SyncReader, resourceTypeId: string): Holder[] {
  const found = [...everyRow((cursor) => reader.resources({ resourceTypeId, cursor }))].map(toHolder);
  return found.sort((a, b) => a.name.localeCompare(b.name, 'en') || a.id.localeCompare(b.id, 'en'));
}

function toHolder(resource: Resource): Holder {
  const packed = resource.annotations.find(({ typeUrl }) => typeUrl.endsWith(`/${UserTraitSchema.typeName}`));
  const user = packed && anyUnpack(packed, UserTraitSchema);
  return {
    id: resource.id?.resource ?? '',
    name: resource.displayName,
    email: (user?.emails.find(({ isPrimary }) => isPrimary) ?? user?.emails[0])?.address ?? '',
    disabled:
      resource.status?.status === Status_ResourceStatus.DISABLED ||
      user?.status?.status === UserTrait_Status_Status.DISABLED,
    statusDetails: resource.status?.details || user?.status?.details || '',
    parentId: resource.parentResourceId?.resource ?? '',
  };
}

/** Expansion names where a grant comes from; a direct one names its own entitlement, or nothing (`c1z-format.md §5.6`). */
function isDirect(grant: Grant): boolean {
  const sources = Object.keys(grant.sources?.sources ?? {});
  return sources.length === 0 || sources.includes(grant.entitlement?.id ?? '');
}

function slugOf(grant: Grant): string {
  const { slug = '', id = '' } = grant.entitlement ?? {};
  return slug === '' ? id.slice(id.lastIndexOf(':') + 1) : slug;
}
