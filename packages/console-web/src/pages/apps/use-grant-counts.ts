import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/client.ts';

/** How many rows the list of past grants has. */
export function usePastCount(
  appId: string,
  which: { readonly appUserIds?: string[]; readonly entitlementIds?: string[] },
) {
  const query = useQuery({
    queryKey: ['past-grants', 'count', appId, which],
    queryFn: ({ signal }) =>
      call('POST /api/v1/search/past-grants', { body: { appIds: [appId], ...which, pageSize: 1 } }, signal),
  });
  return query.data?.totalCount;
}

/** How many rows the list of an account's grants has: its permissions, and that it has the account at all. */
export function useGrantCount(appId: string, accountId: string) {
  const query = useQuery({
    queryKey: ['grants', 'count', appId, accountId],
    queryFn: ({ signal }) =>
      call('POST /api/v1/search/grants', { body: { appIds: [appId], appUserIds: [accountId], pageSize: 1 } }, signal),
  });
  return query.data?.totalCount;
}
