import type { EndpointResponse } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type AccountRow, showAccounts } from '../apps/accounts.ts';
import { showGrants } from '../apps/grants.ts';
import { listAnswer, only } from '../apps/lists.ts';
import { ownAccounts } from '../apps/own-accounts.ts';
import type { Routes } from '../http/route.ts';
import { readPage } from '../store/paging.ts';
import type { Db } from '../store/store.ts';

/**
 * What everybody may see, whatever their roles: the accounts that are theirs, and what those hold (`governance.md §2.1`,
 * Basic User). Each query begins with whoever asks, so that no filter can lead to others.
 */
export function ownAccessRoutes(db: Db) {
  return {
    'GET /api/v1/my/app_users': {
      access: 'signed-in',
      async handle({ query: { page_size: pageSize, page_token: pageToken } }, { actor }) {
        const page = await readPage(db, ownAccounts(db, actor.id), {
          sorting: { by: 'accounts.highest_risk', id: 'accounts.id', descending: true, isOfFew: true },
          request: { pageSize, pageToken },
          of: ['own accounts', actor.id],
        });
        return listAnswer(page, await showAccounts(db, page.rows));
      },
    },
    'GET /api/v1/my/app_users/{app_user_id}': {
      access: 'signed-in',
      async handle({ params }, { actor }): Promise<EndpointResponse<'GET /api/v1/my/app_users/{app_user_id}'>> {
        const row = await getOwnAccount(db, params.app_user_id, actor.id);
        return { account: only(await showAccounts(db, [row])) };
      },
    },
    'GET /api/v1/my/app_users/{app_user_id}/grants': {
      access: 'signed-in',
      async handle({ params, query: { page_size: pageSize, page_token: pageToken } }, { actor }) {
        const account = await getOwnAccount(db, params.app_user_id, actor.id);
        const held = db
          .selectFrom('grants')
          .selectAll('grants')
          .where('grants.account_id', '=', account.id)
          .where('grants.revoked_ms', 'is', null);
        const page = await readPage(db, held, {
          sorting: { by: 'grants.risk', id: 'grants.id', descending: true, isOfFew: true },
          request: { pageSize, pageToken },
          of: ['own grants', account.id],
        });
        return listAnswer(page, await showGrants(db, page.rows));
      },
    },
  } satisfies Routes;
}

/** @throws BatonError `NotFound`, also for an account that belongs to somebody else */
async function getOwnAccount(db: Db, accountId: string, personId: string): Promise<AccountRow> {
  const row = await ownAccounts(db, personId).where('accounts.id', '=', accountId).executeTakeFirst();
  if (row === undefined) throw new BatonError(Code.NotFound, `None of your accounts has the id ${accountId}.`);
  return row;
}
