import { endpoints } from '@baton-ts/console-api';
import type { RequestContext } from '../domain/actor.ts';
import { riskLevels } from '../domain/risk.ts';
import type { Routes } from '../http/route.ts';
import { organizationSetting } from '../settings/organization.ts';
import { readSetting } from '../settings/settings.ts';
import { findAccounts } from './account-list.ts';
import { type AccountRow, getAccount, showAccounts } from './accounts.ts';
import { type AppSearch, findApps } from './app-list.ts';
import { type AppRow, changers, getApp, readers } from './app-rows.ts';
import { type AppParts, changeApp, createApp, deleteApp, setAppOwners } from './change-apps.ts';
import { changeAccount, changeEntitlement, changeResource } from './change-synced.ts';
import {
  type EntitlementRow,
  entitlementSearchOf,
  findEntitlements,
  getEntitlement,
  showEntitlements,
} from './entitlements.ts';
import { exportRoutes } from './export-routes.ts';
import { findFeed, showFeed } from './feed.ts';
import { findGrants, findPastGrants, type GrantSearch, showGrants } from './grants.ts';
import { showHome } from './home.ts';
import { listAnswer, only } from './lists.ts';
import { findResources, getResource, type ResourceRow, showResources, showResourceTypes } from './resources.ts';
import { searchEverything } from './search-everything.ts';
import { showApps } from './show-apps.ts';

/** Every endpoint of apps and of what is inside them, home, and the search over everything. */
export function appRoutes(parts: AppParts) {
  const { db } = parts.store;
  const answerApps = async (search: AppSearch, { actor }: RequestContext) => {
    const page = await findApps(db, search, actor);
    return listAnswer(page, await showApps(db, page.rows));
  };
  const answerAccounts = async (search: Parameters<typeof findAccounts>[1], { actor }: RequestContext) => {
    const page = await findAccounts(db, search, actor);
    return listAnswer(page, await showAccounts(db, page.rows));
  };
  const answerEntitlements = async (search: Parameters<typeof findEntitlements>[1], { actor }: RequestContext) => {
    const page = await findEntitlements(db, search, actor);
    return listAnswer(page, await showEntitlements(db, page.rows));
  };
  const answerGrants = async (search: GrantSearch, { actor }: RequestContext) => {
    const page = await findGrants(db, search, actor);
    return listAnswer(page, await showGrants(db, page.rows));
  };
  const shownApp = async (row: AppRow) => ({ app: only(await showApps(db, [row])) });
  const shownAccount = async (row: AccountRow) => ({ account: only(await showAccounts(db, [row])) });
  const shownEntitlement = async (row: EntitlementRow) => ({ entitlement: only(await showEntitlements(db, [row])) });
  const shownResource = async (row: ResourceRow) => ({ resource: only(await showResources(db, [row])) });

  return {
    ...exportRoutes(parts),
    'GET /api/v1/apps': {
      access: readers,
      handle: ({ query }, context) =>
        answerApps(endpoints['POST /api/v1/search/apps'].body.parse(paging(query)), context),
    },
    'POST /api/v1/search/apps': {
      access: readers,
      handle: ({ body }, context) => answerApps(body, context),
    },
    'GET /api/v1/apps/{app_id}': {
      access: readers,
      handle: async ({ params }, { actor }) => shownApp(await getApp(db, params.app_id, actor)),
    },
    'POST /api/v1/apps': {
      access: ['apps.create'],
      handle: async ({ body }, context) => shownApp(await createApp(parts, body, context)),
    },
    'POST /api/v1/apps/{app_id}': {
      access: changers,
      handle: async ({ params, body }, context) => shownApp(await changeApp(parts, params.app_id, body, context)),
    },
    'PUT /api/v1/apps/{app_id}/owners': {
      access: changers,
      handle: async ({ params, body }, context) =>
        shownApp(await setAppOwners(parts, params.app_id, body.userIds, context)),
    },
    'DELETE /api/v1/apps/{app_id}': {
      access: changers,
      async handle({ params, body }, context) {
        await deleteApp(parts, params.app_id, body.confirmation, context);
        return {};
      },
    },

    'GET /api/v1/apps/{app_id}/app_users': {
      access: readers,
      async handle({ params, query }, context) {
        const { id } = await getApp(db, params.app_id, context.actor);
        const body = { ...paging(query), appIds: [id] };
        return answerAccounts(endpoints['POST /api/v1/search/app_users'].body.parse(body), context);
      },
    },
    'POST /api/v1/search/app_users': {
      access: readers,
      handle: ({ body }, context) => answerAccounts(body, context),
    },
    'GET /api/v1/apps/{app_id}/app_users/{app_user_id}': {
      access: readers,
      async handle({ params }, { actor }) {
        const { id } = await getApp(db, params.app_id, actor);
        return shownAccount(await getAccount(db, id, params.app_user_id));
      },
    },
    'POST /api/v1/apps/{app_id}/app_users/{app_user_id}': {
      access: changers,
      handle: async ({ params, body }, context) =>
        shownAccount(await changeAccount(parts, params.app_id, params.app_user_id, body, context)),
    },

    'GET /api/v1/apps/{app_id}/entitlements': {
      access: readers,
      async handle({ params, query }, context) {
        const { id } = await getApp(db, params.app_id, context.actor);
        const body = { ...paging(query), appIds: [id] };
        const search = endpoints['POST /api/v1/search/entitlements'].body.parse(body);
        return answerEntitlements(entitlementSearchOf(search), context);
      },
    },
    'POST /api/v1/search/entitlements': {
      access: readers,
      handle: ({ body }, context) => answerEntitlements(entitlementSearchOf(body), context),
    },
    'GET /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}': {
      access: readers,
      async handle({ params }, { actor }) {
        const { id } = await getApp(db, params.app_id, actor);
        return shownEntitlement(await getEntitlement(db, id, params.app_entitlement_id));
      },
    },
    'POST /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}': {
      access: changers,
      handle: async ({ params, body }, context) =>
        shownEntitlement(await changeEntitlement(parts, params.app_id, params.app_entitlement_id, body, context)),
    },

    'GET /api/v1/attributes/risk_levels': {
      access: readers,
      handle: async () => attributeList(riskLevels.toReversed(), (level) => level[0] + level.slice(1).toLowerCase()),
    },
    'GET /api/v1/attributes/compliance_frameworks': {
      access: readers,
      async handle() {
        const { complianceFrameworks } = await readSetting(db, organizationSetting);
        return attributeList(complianceFrameworks, (framework) => framework);
      },
    },

    'GET /api/v1/apps/{app_id}/resource_types': {
      access: readers,
      async handle({ params }, { actor }) {
        const { id } = await getApp(db, params.app_id, actor);
        return showResourceTypes(db, id);
      },
    },
    'POST /api/v1/search/app_resources': {
      access: readers,
      async handle({ body }, { actor }) {
        const page = await findResources(db, body, actor);
        return listAnswer(page, await showResources(db, page.rows));
      },
    },
    'GET /api/v1/apps/{app_id}/resources/{resource_id}': {
      access: readers,
      async handle({ params }, { actor }) {
        const { id } = await getApp(db, params.app_id, actor);
        return shownResource(await getResource(db, id, params.resource_id));
      },
    },
    'POST /api/v1/apps/{app_id}/resources/{resource_id}': {
      access: changers,
      handle: async ({ params, body }, context) =>
        shownResource(await changeResource(parts, params.app_id, params.resource_id, body, context)),
    },

    'POST /api/v1/search/grants': {
      access: readers,
      handle: ({ body: { entitlementRefs, userId, ...body } }, context) =>
        answerGrants(
          {
            ...body,
            entitlementIds: [...body.entitlementIds, ...entitlementRefs.map(({ id }) => id)],
            userIds: userId === undefined ? body.userIds : [...body.userIds, userId],
          },
          context,
        ),
    },
    'GET /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/users': {
      access: readers,
      async handle({ params, query }, context) {
        const { id } = await getApp(db, params.app_id, context.actor);
        const entitlement = await getEntitlement(db, id, params.app_entitlement_id);
        const body = { ...paging(query), appIds: [id], entitlementIds: [entitlement.id] };
        return answerGrants(endpoints['POST /api/v1/search/grants'].body.parse(body), context);
      },
    },
    'POST /api/v1/search/past-grants': {
      access: readers,
      async handle({ body }, { actor }) {
        const page = await findPastGrants(db, body, actor);
        return listAnswer(page, await showGrants(db, page.rows));
      },
    },
    'POST /api/v1/grants/feed': {
      access: readers,
      async handle({ body }, { actor }) {
        const page = await findFeed(db, body, actor);
        const events = await showFeed(db, page.rows);
        return listAnswer(
          page,
          events.map(({ at, eventType, account, entitlement, connectorId, syncId }) => ({
            at,
            eventType,
            account,
            entitlement,
            connectorId,
            syncId,
          })),
        );
      },
    },

    'GET /api/v1/home': {
      access: 'signed-in',
      handle: (_request, { actor }) => showHome(db, actor),
    },
    'GET /api/v1/search/everything': {
      access: 'signed-in',
      handle: ({ query }, { actor }) => searchEverything(db, query.query, actor),
    },
  } satisfies Routes;
}

function attributeList<Id extends string>(ids: readonly Id[], valueOf: (id: Id) => string) {
  return { list: ids.map((id) => ({ id, value: valueOf(id) })), nextPageToken: '' };
}

function paging({ page_size, page_token }: { readonly page_size: number; readonly page_token: string }) {
  return { pageSize: page_size, pageToken: page_token };
}
