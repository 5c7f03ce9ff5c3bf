import { BatonError, Code } from '@baton-ts/protocol/errors';
import { sql } from 'kysely';
import type { RequestContext } from '../domain/actor.ts';
import { may } from '../domain/permissions.ts';
import { nextSyncsMs, scheduleProblem } from '../domain/sync-schedule.ts';
import type { Access, Routes } from '../http/route.ts';
import { readPage } from '../store/paging.ts';
import { found } from '../store/search-text.ts';
import { searchCatalogue } from './catalogue.ts';
import { ConnectorChanges } from './change-connector.ts';
import { readLog } from './connector-log.ts';
import type { ConnectorParts } from './connector-parts.ts';
import { type ConnectorAddress, type ConnectorRow, getConnector, visibleConnectors } from './connector-rows.ts';
import { createConnector } from './create-connector.ts';
import { Credentials, showListener } from './credentials.ts';
import { showConnector, showConnectors, time } from './show-connector.ts';
import { readSyncFile } from './sync-files.ts';
import { showSyncs } from './sync-runs.ts';

const reading: Access = ['connectors.read', 'connectors.manage.own'];
const changing: Access = ['connectors.manage', 'connectors.manage.own'];

const sortColumns: Readonly<Record<string, string>> = {
  displayName: 'connectors.search',
  status: 'connectors.status',
  createdAt: 'connectors.created_ms',
};

export function connectorRoutes(parts: ConnectorParts): Routes {
  const { db } = parts.store;
  const changes = new ConnectorChanges(parts);
  const credentials = new Credentials(parts);
  const one = ({ app_id, connector_id }: ConnectorAddress, { actor }: RequestContext) =>
    getConnector(db, { app_id, connector_id }, actor);
  const answer = async (row: ConnectorRow) => ({ connector: await showConnector(db, row) });

  return {
    'GET /api/v1/connectorcatalog': {
      access: reading,
      handle: async ({ query }) => ({ list: searchCatalogue(query.query) }),
    },
    'POST /api/v1/connectorcatalog': {
      access: reading,
      handle: async ({ body }) => ({ fields: [...(await parts.configFields(body.catalogId))] }),
    },
    'POST /api/v1/search/connectors': {
      access: reading,
      async handle({ body: { query, catalogIds, statuses, ownerIds, sort, pageSize, pageToken } }, { actor }) {
        const [, minus = '', name = ''] = /^(-?)(.*)$/.exec(sort === '' ? 'displayName' : sort) ?? [];
        const by = Object.hasOwn(sortColumns, name) ? sortColumns[name] : undefined;
        if (by === undefined) {
          const known = Object.keys(sortColumns).join(', ');
          throw new BatonError(Code.InvalidArgument, `Connectors cannot be sorted by "${name}". Known: ${known}.`);
        }
        let rows = visibleConnectors(db, actor);
        const words = found('connectors.search', query);
        if (words !== undefined) rows = rows.where(words);
        if (catalogIds.length > 0) rows = rows.where('catalog_id', 'in', catalogIds);
        if (statuses.length > 0) rows = rows.where('status', 'in', statuses);
        if (ownerIds.length > 0) {
          rows = rows.where((where) =>
            where.exists(
              where
                .selectFrom('connector_owners')
                .select(sql`1`.as('one'))
                .whereRef('connector_owners.connector_id', '=', 'connectors.id')
                .where('connector_owners.person_id', 'in', ownerIds),
            ),
          );
        }
        const page = await readPage(db, rows, {
          sorting: { by, id: 'connectors.id', descending: minus === '-' },
          request: { pageSize, pageToken },
          of: ['connectors', query, catalogIds, statuses, ownerIds],
        });
        return { ...pageOf(page), list: await showConnectors(db, page.rows) };
      },
    },
    'POST /api/v1/connectors/preview_schedule': {
      access: reading,
      async handle({ body: { schedule } }) {
        const nowMs = parts.clock.now();
        const problem = scheduleProblem(schedule, nowMs) ?? '';
        return { problem, nextSyncs: problem === '' ? nextSyncsMs(schedule, nowMs, 3).map(time) : [] };
      },
    },
    'GET /api/v1/apps/{app_id}/connectors': {
      access: reading,
      async handle({ params, query }, { actor }) {
        const rows = visibleConnectors(db, actor).where('connectors.app_id', '=', params.app_id);
        const page = await readPage(db, rows, {
          sorting: { by: 'connectors.search', id: 'connectors.id', descending: false },
          request: { pageSize: query.page_size, pageToken: query.page_token },
          of: ['connectors', params.app_id],
        });
        return { ...pageOf(page), list: await showConnectors(db, page.rows) };
      },
    },
    'POST /api/v1/connectors/create': {
      access: ['connectors.manage'],
      handle: async ({ body }, context) => answer(await createConnector(parts, body, context)),
    },
    'GET /api/v1/apps/{app_id}/connectors/{connector_id}': {
      access: reading,
      async handle({ params }, context) {
        const row = await one(params, context);
        return { ...(await answer(row)), fields: [...(await parts.configFields(row.catalog_id))] };
      },
    },
    'POST /api/v1/apps/{app_id}/connectors/{connector_id}': {
      access: changing,
      handle: async ({ params, body }, context) => answer(await changes.update(params, body, context)),
    },
    'POST /api/v1/apps/{app_id}/connectors/{connector_id}/config': {
      access: changing,
      handle: async ({ params, body }, context) => answer(await changes.saveSettings(params, body, context)),
    },
    'POST /api/v1/apps/{app_id}/connectors/{connector_id}/force_sync': {
      access: changing,
      handle: async ({ params }, context) => answer(await changes.syncNow(params, context)),
    },
    'POST /api/v1/apps/{app_id}/connectors/{connector_id}/pause': {
      access: changing,
      handle: async ({ params }, context) => answer(await changes.pause(params, context)),
    },
    'POST /api/v1/apps/{app_id}/connectors/{connector_id}/resume': {
      access: changing,
      handle: async ({ params }, context) => answer(await changes.resume(params, context)),
    },
    'POST /api/v1/apps/{app_id}/connectors/{connector_id}/confirm_sync_valid/{sync_id}': {
      access: changing,
      handle: async ({ params }, context) => answer(await changes.confirm(params, params.sync_id, context)),
    },
    'DELETE /api/v1/apps/{app_id}/connectors/{connector_id}': {
      access: changing,
      async handle({ params, body }, context) {
        await changes.delete(params, body.confirmation, context);
        return {};
      },
    },
    'GET /api/v1/apps/{app_id}/connectors/{connector_id}/syncs': {
      access: reading,
      async handle({ params, query }, context) {
        const { id } = await one(params, context);
        const rows = db.selectFrom('syncs').selectAll('syncs').where('syncs.connector_id', '=', id);
        const page = await readPage(db, rows, {
          sorting: { by: 'syncs.started_ms', id: 'syncs.id', descending: true },
          request: { pageSize: query.page_size, pageToken: query.page_token },
          of: ['syncs', id],
        });
        const withFiles = may(context.actor, 'connectors.files');
        return { ...pageOf(page), list: await showSyncs(db, page.rows, withFiles) };
      },
    },
    'GET /api/v1/apps/{app_id}/connectors/{connector_id}/syncs/{sync_id}/file': {
      access: ['connectors.files'],
      async handle({ params }, context) {
        const { id } = await one(params, context);
        return await readSyncFile(db, parts.dataDir, id, params.sync_id);
      },
    },
    'GET /api/v1/apps/{app_id}/connectors/{connector_id}/log': {
      access: reading,
      async handle({ params, query }, context) {
        const { id } = await one(params, context);
        const lines = await readLog(db, id, {
          after: query.after,
          sinceMs: query.since === undefined ? undefined : Date.parse(query.since),
          untilMs: query.until === undefined ? undefined : Date.parse(query.until),
        });
        return { lines: lines.map(({ seq, at_ms, level, message }) => ({ seq, at: time(at_ms), level, message })) };
      },
    },
    'POST /api/v1/apps/connectors/credentials': {
      access: changing,
      handle: async ({ body: { appId, connectorId } }, context) =>
        credentials.rotate({ app_id: appId, connector_id: connectorId }, context),
    },
    'GET /api/v1/apps/{app_id}/connectors/{connector_id}/credentials': {
      access: reading,
      handle: async ({ params }, context) => ({
        list: await credentials.list(await one(params, context)),
        listener: showListener(parts),
      }),
    },
    'POST /api/v1/apps/{app_id}/connectors/{connector_id}/credentials/revoke': {
      access: changing,
      handle: async ({ params, body }, context) => ({
        credential: await credentials.revoke(params, body.clientId, context),
      }),
    },
  };
}

function pageOf({ nextPageToken, totalCount }: { readonly nextPageToken: string; readonly totalCount: number }) {
  return { nextPageToken, totalCount };
}
