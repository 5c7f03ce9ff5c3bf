import { useMemo } from 'react';
import { call } from '../../api/client.ts';
import { useListAddress } from '../../components/list-address.ts';
import { sortIn, useColumns } from '../../components/list-columns.tsx';
import { ListCount } from '../../components/list-count.tsx';
import { ListTable, useList } from '../../components/list-table.tsx';
import { NothingMatches } from '../../components/nothing-matches.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
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
  const [address, change] = useListAddress();
  const { q = '' } = address;
  const columns = useMemo(() => pastGrantColumns(appId, of), [appId, of]);
  const sort = sortIn(columns, address.sort, '-revokedAt');
  const search = {
    appIds: [appId],
    appUserIds: of === 'account' ? [id] : [],
    entitlementIds: of === 'entitlement' ? [id] : [],
    query: q,
    sort,
  };
  const query = useList(['past-grants', search], (pageToken, signal) =>
    call('POST /api/v1/search/past-grants', { body: { ...search, pageSize: 50, pageToken } }, signal),
  );
  const { shown, choice } = useColumns(columns);
  const [word, words] = of === 'account' ? ['past grant', 'past grants'] : ['past holder', 'past holders'];
  return (
    <>
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder={`Search ${words}`}
        right={<ListCount page={query.data?.pages[0]} isFiltered={q !== ''} word={word} words={words} />}
        tools={choice}
      />
      <ListTable
        label={of === 'account' ? 'Past grants' : 'Past holders'}
        columns={shown}
        query={query}
        rowKey={(grant) => grant.id}
        sort={sort}
        onSort={(next) => change({ sort: next })}
        empty={
          <NothingMatches isFiltered={q !== ''} what={word} onClear={() => change({ q: '' })}>
            What is taken away is kept here with its dates.
          </NothingMatches>
        }
      />
    </>
  );
}
