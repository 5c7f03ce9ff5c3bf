import { useMemo } from 'react';
import { call } from '../../api/client.ts';
import { useListAddress } from '../../components/list-address.ts';
import { sortIn } from '../../components/list-columns.tsx';
import { useList } from '../../components/list-table.tsx';
import { WholeList } from '../../components/whole-list.tsx';
import { pastGrantColumns } from './grant-columns.tsx';

/** What an account held, or who held an entitlement, and no longer does. */
export function PastGrantsList({
  appId,
  of,
  id,
}: {
  readonly appId: string;
  readonly of: 'account' | 'entitlement';
  readonly id: string;
}) {
  const [address] = useListAddress();
  const columns = useMemo(() => pastGrantColumns(appId, of), [appId, of]);
  const sort = sortIn(columns, address.sort, '-revokedAt');
  const search = {
    appIds: [appId],
    appUserIds: of === 'account' ? [id] : [],
    entitlementIds: of === 'entitlement' ? [id] : [],
    query: address.q ?? '',
    sort,
  };
  const query = useList(['past-grants', search], (pageToken, signal) =>
    call('POST /api/v1/search/past-grants', { body: { ...search, pageSize: 50, pageToken } }, signal),
  );
  const word = of === 'account' ? 'past grant' : 'past holder';
  return (
    <WholeList
      label={of === 'account' ? 'Past grants' : 'Past holders'}
      word={word}
      placeholder={`Search ${word}s`}
      columns={columns}
      query={query}
      sort={sort}
      none="What is taken away is kept here with its dates."
    />
  );
}
