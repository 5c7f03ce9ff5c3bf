import { z } from 'zod';
import { account } from './accounts.ts';
import { id, listOf, pageQuery } from './common.ts';
import { grant } from './grants.ts';

/** What everybody sees of themselves, whatever their roles: their accounts in every app, and what those hold. */
export const ownAccessEndpoints = {
  'GET /api/v1/my/app_users': { query: pageQuery, response: listOf(account) },
  'GET /api/v1/my/app_users/{app_user_id}': {
    params: z.object({ app_user_id: id }),
    response: z.object({ account }),
  },
  /** Effective access, the riskiest first. */
  'GET /api/v1/my/app_users/{app_user_id}/grants': {
    params: z.object({ app_user_id: id }),
    query: pageQuery,
    response: listOf(grant),
  },
} as const;
