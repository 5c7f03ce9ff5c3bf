import { endpoints } from '@baton-ts/console-api';
import type { RequestContext } from '../domain/actor.ts';
import { permissionsOf } from '../domain/permissions.ts';
import type { Routes } from '../http/route.ts';
import type { Store } from '../store/store.ts';
import type { Directory } from './directory.ts';
import { type ImportParts, importPeople } from './import-people.ts';
import type { Invitations } from './invitations.ts';
import { getPerson, type Person } from './person.ts';
import { showUser, showUsers } from './show-user.ts';

export interface DirectoryRouteParts extends ImportParts {
  readonly store: Store;
  readonly directory: Directory;
  readonly invitations: Invitations;
}

/** The pages under Directory. */
export function directoryRoutes(parts: DirectoryRouteParts) {
  const { store, directory, invitations } = parts;
  const shown = async (person: Person, { actor }: RequestContext) => ({
    user: await showUser(store.db, person, actor),
  });
  const found = async (search: Parameters<Directory['search']>[0], context: RequestContext) => {
    const { rows, ...page } = await directory.search(search, context);
    return { list: await showUsers(store.db, rows, context.actor), ...page };
  };
  return {
    'POST /api/v1/search/users': {
      access: ['people.read'],
      handle: ({ body }, context) => found(body, context),
    },
    'GET /api/v1/users': {
      access: ['people.read'],
      handle: ({ query: { page_size: pageSize, page_token: pageToken } }, context) =>
        found(endpoints['POST /api/v1/search/users'].body.parse({ pageSize, pageToken }), context),
    },
    'GET /api/v1/auth/introspect': {
      access: 'signed-in',
      handle: async (_request, { actor: { id, roles } }) => ({
        userId: id,
        principleId: id,
        roles: [...roles],
        permissions: [...permissionsOf(roles)],
        features: [],
      }),
    },
    'GET /api/v1/users/{user_id}': {
      access: ['people.read'],
      handle: async ({ params }, context) => shown(await getPerson(store.db, params.user_id), context),
    },
    'POST /api/v1/users': {
      access: ['people.manage'],
      handle: async ({ body }, context) => shown(await directory.create(body, context), context),
    },
    'POST /api/v1/users/{user_id}': {
      access: ['people.manage', 'people.roles'],
      handle: async ({ params, body }, context) =>
        shown(await directory.update(params.user_id, body, context), context),
    },
    'POST /api/v1/users/{user_id}/invite': {
      access: ['people.manage'],
      handle: async ({ params }, context) => shown(await invitations.invite(params.user_id, context), context),
    },
    'POST /api/v1/users/{user_id}/invitation_link': {
      access: ['people.manage'],
      async handle({ params }, context) {
        const { link, expiresMs } = await invitations.linkToHandOver(params.user_id, context);
        return { link, expiresAt: new Date(expiresMs).toISOString() };
      },
    },
    'POST /api/v1/users/{user_id}/disable': {
      access: ['people.manage'],
      handle: async ({ params }, context) => shown(await directory.disable(params.user_id, context), context),
    },
    'POST /api/v1/users/{user_id}/enable': {
      access: ['people.manage'],
      handle: async ({ params }, context) => shown(await directory.enable(params.user_id, context), context),
    },
    'POST /api/v1/users/import': {
      access: ['people.manage'],
      handle: async ({ body }, context) => importPeople(parts, body, context),
    },
  } satisfies Routes;
}
