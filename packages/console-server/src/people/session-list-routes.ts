import type { Routes } from '../http/route.ts';
import type { Store } from '../store/store.ts';
import { getPerson } from './person.ts';
import type { SessionList } from './session-list.ts';

export interface SessionListRouteParts {
  readonly store: Store;
  readonly sessionList: SessionList;
}

/** The card of sessions on one's profile, and on a person's page for whoever manages people. */
export function sessionListRoutes({ store, sessionList }: SessionListRouteParts) {
  return {
    'GET /api/v1/sessions': {
      access: 'signed-in',
      handle: async (_request, context) => ({ list: await sessionList.of(context.actor.id, context) }),
    },
    'DELETE /api/v1/sessions/{session_id}': {
      access: 'signed-in',
      async handle({ params }, context) {
        await sessionList.end(params.session_id, context);
        return {};
      },
    },
    'POST /api/v1/sessions/end_others': {
      access: 'signed-in',
      handle: async (_request, context) => ({ ended: await sessionList.endOthers(context) }),
    },
    'GET /api/v1/users/{user_id}/sessions': {
      access: ['people.manage'],
      async handle({ params }, context) {
        const person = await getPerson(store.db, params.user_id);
        return { list: await sessionList.of(person.id, context) };
      },
    },
    'DELETE /api/v1/users/{user_id}/sessions': {
      access: ['people.manage'],
      handle: async ({ params }, context) => ({ ended: await sessionList.endAllOf(params.user_id, context) }),
    },
  } satisfies Routes;
}
