import { type Grant, type Resource, ResourceType_Trait } from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { seededRandom } from '@baton-ts/protocol/testing/random-numbers';
import type { Connector, Page, ResourceTypePart } from '../../connector.ts';
import { childResourceType, grantExpandable, skipGrants } from '../../model/annotations.ts';
import { entitlement, grant } from '../../model/entitlement.ts';
import { plainResource, resourceType, userResource } from '../../model/resource.ts';

const userType = resourceType({ id: 'user', displayName: 'User', traits: [ResourceType_Trait.USER] });
const teamType = resourceType({ id: 'team', displayName: 'Team' });
const roomType = resourceType({ id: 'room', displayName: 'Room' });

/**
 * A company of users, teams and rooms inside teams, made of the seed. Teams pass their rooms on to their members, and
 * some teams are members of others. `beforePage` runs before each page: it may throw, or abort the sync.
 */
export function randomConnector(seed: number, beforePage: () => void | Promise<void> = () => {}): Connector {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const users = Array.from({ length: 5 + below(20) }, (_, n) =>
    userResource({ type: userType, id: `u${n}`, displayName: `User ${n}` }),
  );
  const teams = Array.from({ length: 2 + below(5) }, (_, n) =>
    plainResource({
      type: teamType,
      id: `t${n}`,
      displayName: `Team ${n}`,
      annotations: below(3) > 0 ? [childResourceType('room')] : [],
    }),
  );
  const rooms = new Map<string, Resource[]>(
    teams.map((team, n) => [
      team.id?.resource ?? '',
      Array.from({ length: below(4) }, (_, m) =>
        plainResource({
          type: roomType,
          id: `r${n}-${m}`,
          displayName: `Room ${m}`,
          parent: team,
          annotations: below(4) === 0 ? [skipGrants()] : [],
        }),
      ),
    ]),
  );
  const member = (team: Resource) => entitlement({ resource: team, slug: 'member', purpose: 'assignment' });
  const key = (room: Resource) => entitlement({ resource: room, slug: 'key', purpose: 'permission' });
  const memberships = new Map<string, Grant[]>(
    teams.map((team, n) => {
      const grants = users.filter(() => below(3) === 0).map((user) => grant(member(team), user));
      const inner = teams[n + 1];
      if (inner && below(2) === 0) {
        grants.push(
          grant(member(team), inner, {
            annotations: [grantExpandable({ entitlementIds: [member(inner).id], shallow: below(3) === 0 })],
          }),
        );
      }
      return [team.id?.resource ?? '', grants];
    }),
  );

  const paged = async <T>(items: readonly T[], token: string): Promise<Page<T>> => {
    await beforePage();
    const start = Number(token);
    const end = start + 1 + (seed % 4);
    // Pages of parallel lists must be able to overtake each other.
    for (let turns = (start + items.length) % 3; turns > 0; turns--) await new Promise(setImmediate);
    return { items: items.slice(start, end), ...(end < items.length && { nextPageToken: String(end) }) };
  };
  const idOf = (resource: Resource) => resource.id?.resource ?? '';
  const parts: ResourceTypePart[] = [
    { type: userType, list: ({ pageToken }) => paged(users, pageToken) },
    {
      type: teamType,
      listAfter: ['user'],
      list: ({ pageToken }) => paged(teams, pageToken),
      staticEntitlements: ({ pageToken }) =>
        paged(
          [
            entitlement({
              resource: plainResource({ type: teamType, id: 'x', displayName: 'x' }),
              slug: 'owner',
              purpose: 'ownership',
            }),
          ],
          pageToken,
        ),
      entitlements: ({ resource, pageToken }) => paged([member(resource)], pageToken),
      grants: ({ resource, pageToken }) => paged(memberships.get(idOf(resource)) ?? [], pageToken),
    },
    {
      type: roomType,
      list: ({ parent, pageToken }) => paged(parent ? (rooms.get(parent.resource) ?? []) : [], pageToken),
      entitlements: ({ resource, pageToken }) => paged([key(resource)], pageToken),
      grants: ({ resource, pageToken }) => {
        const team = teams.find((candidate) => idOf(candidate) === resource.parentResourceId?.resource);
        if (!team) throw new BatonError(Code.Internal, 'a room without a team');
        const passed = grant(key(resource), team, {
          annotations: [grantExpandable({ entitlementIds: [member(team).id], resourceTypeIds: ['user'] })],
        });
        return paged([passed], pageToken);
      },
    },
  ];
  return { resourceTypes: parts, validate: async () => [] };
}
