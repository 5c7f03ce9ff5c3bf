import { BatonError, Code } from '@baton-ts/protocol/errors';
import { permissionsOf } from '../domain/permissions.ts';
import type { Routes } from '../http/route.ts';
import type { Invitations } from '../people/invitations.ts';
import { getPerson } from '../people/person.ts';
import { showUser } from '../people/show-user.ts';
import { readSetting } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import type { ApiKeys } from './api-keys/api-keys.ts';
import type { FirstStart } from './first-start.ts';
import { OIDC_START_PATH, oidcSetting } from './oidc/oidc-settings.ts';
import type { SignIn } from './sign-in.ts';

export interface SessionRouteParts {
  readonly store: Store;
  readonly signIn: SignIn;
  readonly firstStart: FirstStart;
  readonly invitations: Invitations;
  readonly apiKeys: ApiKeys;
  readonly instanceName: () => Promise<string>;
}

/** Coming in, staying in and going out, and one's own API keys. */
export function sessionRoutes(parts: SessionRouteParts) {
  const { store, signIn, firstStart, invitations, apiKeys, instanceName } = parts;
  return {
    'POST /api/v1/setup/check': {
      access: 'anybody',
      handle: async ({ body }) => ({ valid: await firstStart.isGood(body.token) }),
    },
    'POST /api/v1/setup': {
      access: 'anybody',
      async handle({ body }, context) {
        const person = await firstStart.complete(body, context);
        return { user: await showUser(store.db, person, { ...context.actor, id: person.id }) };
      },
    },
    'POST /api/v1/invitations/check': {
      access: 'anybody',
      async handle({ body }) {
        const person = await invitations.check(body.token);
        return { valid: person !== undefined, email: person?.email ?? '', displayName: person?.display_name ?? '' };
      },
    },
    'POST /api/v1/invitations/accept': {
      access: 'anybody',
      async handle({ body }, context) {
        const person = await invitations.accept(body, context);
        return { user: await showUser(store.db, person, { ...context.actor, id: person.id }) };
      },
    },
    'GET /api/v1/session': {
      access: 'signed-in',
      async handle(_request, { actor, session }) {
        if (session === undefined) {
          throw new BatonError(Code.Unauthenticated, 'The request carries an API key and has no session.');
        }
        const passwords = store.db.selectFrom('passwords').select('person_id').where('person_id', '=', actor.id);
        return {
          user: await showUser(store.db, await getPerson(store.db, actor.id), actor),
          hasPassword: (await passwords.executeTakeFirst()) !== undefined,
          permissions: [...permissionsOf(actor.roles)],
          csrfToken: session.csrfToken,
          instanceName: await instanceName(),
        };
      },
    },
    'GET /api/v1/sign-in-options': {
      access: 'anybody',
      async handle() {
        const oidc = await readSetting(store.db, oidcSetting);
        return {
          oidc: oidc === null ? null : { displayName: oidc.displayName, startUrl: OIDC_START_PATH },
          setupNeeded: await firstStart.isNeeded(),
          instanceName: await instanceName(),
        };
      },
    },
    'POST /api/v1/session': {
      access: 'anybody',
      async handle({ body }, context) {
        const person = await signIn.withPassword(body, context);
        return { user: await showUser(store.db, person, { ...context.actor, id: person.id }) };
      },
    },
    'DELETE /api/v1/session': {
      access: 'signed-in',
      async handle(_request, context) {
        await signIn.out(context);
        return {};
      },
    },
    'DELETE /api/v1/sessions': {
      access: 'signed-in',
      handle: async (_request, context) => ({ ended: await signIn.outEverywhere(context) }),
    },
    'POST /api/v1/session/password': {
      access: 'signed-in',
      async handle({ body }, context) {
        await signIn.changePassword(body, context);
        return {};
      },
    },
    'GET /api/v1/iam/personal_clients': {
      access: 'signed-in',
      handle: async (_request, context) => ({ list: await apiKeys.list(context) }),
    },
    'POST /api/v1/iam/personal_clients': {
      access: 'signed-in',
      handle: async ({ body }, context) => apiKeys.create(body, context),
    },
    'DELETE /api/v1/iam/personal_clients/{client_id}': {
      access: 'signed-in',
      async handle({ params }, context) {
        await apiKeys.revoke(params.client_id, context);
        return {};
      },
    },
  } satisfies Routes;
}
