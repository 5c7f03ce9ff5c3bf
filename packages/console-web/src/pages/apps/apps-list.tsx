import type { App } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { Avatar, Owners } from '../../components/avatar.tsx';
import { Count } from '../../components/count.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { useListAddress } from '../../components/list-address.ts';
import { type ListColumn, ListTable, useList } from '../../components/list-table.tsx';
import { StatusLabel } from '../../components/status-label.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import { When } from '../../components/when.tsx';

const columns: readonly ListColumn<App>[] = [
  {
    id: 'app',
    title: 'App',
    sort: 'displayName',
    rank: 1,
    width: '26%',
    cell: ({ id, displayName, description }) => (
      <TwoLines
        mark={<Avatar name={displayName} kind="thing" size={28} />}
        first={
          <Link to="/apps/$appId" params={{ appId: id }}>
            {displayName}
          </Link>
        }
        second={description}
      />
    ),
  },
  { id: 'owners', title: 'Owners', cell: ({ owners }) => <Owners owners={owners} /> },
  {
    id: 'status',
    title: 'Sync',
    cell: ({ syncStatus }) => (syncStatus === null ? 'No connector' : <StatusLabel status={syncStatus} />),
  },
  { id: 'last', title: 'Last good sync', rank: 3, cell: ({ lastGoodSyncAt }) => <When at={lastGoodSyncAt} /> },
  {
    id: 'accounts',
    title: 'Accounts',
    numeric: true,
    rank: 1,
    cell: ({ counts }) => counts.accounts.toLocaleString('en'),
  },
  {
    id: 'critical',
    title: 'Critical holders',
    numeric: true,
    cell: ({ counts }) => counts.criticalHolders.toLocaleString('en'),
  },
  {
    id: 'unowned',
    title: 'Without owner',
    numeric: true,
    rank: 3,
    cell: ({ counts }) => counts.accountsWithoutOwner.toLocaleString('en'),
  },
  {
    id: 'entitlements',
    title: 'Entitlements',
    numeric: true,
    rank: 3,
    cell: ({ counts }) => counts.entitlements.toLocaleString('en'),
  },
];

/** Which app deserves attention? */
export function AppsList({ kind, empty }: { readonly kind: App['kind']; readonly empty: React.ReactNode }) {
  const [{ q = '', sort = 'displayName' }, change] = useListAddress();
  const query = useList(['apps', kind, q, sort], (pageToken, signal) =>
    call('POST /api/v1/search/apps', { body: { query: q, sort, kinds: [kind], pageSize: 50, pageToken } }, signal),
  );
  return (
    <>
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder="Search apps"
        right={<Count total={query.data?.pages[0]?.totalCount} word="app" words="apps" />}
      />
      <ListTable
        label="Apps"
        columns={columns}
        query={query}
        rowKey={({ id }) => id}
        sort={sort}
        onSort={(next) => change({ sort: next })}
        empty={
          q === '' ? (
            empty
          ) : (
            <EmptyState
              title="No app matches"
              action={
                <Button variant="default" onClick={() => change({ q: '' })}>
                  Clear the search
                </Button>
              }
            >
              Nothing is called “{q}”.
            </EmptyState>
          )
        }
      />
    </>
  );
}
