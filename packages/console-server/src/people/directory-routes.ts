import type { RequestContext } from '../domain/actor.ts';
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
  return {
    'POST /api/v1/search/users': {
      access: ['people.read'],
      async handle({ body }, context) {
        const { rows, ...page } = await directory.search(body, context);
        return { list: await showUsers(store.db, rows, context.actor), ...page };
      },
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
