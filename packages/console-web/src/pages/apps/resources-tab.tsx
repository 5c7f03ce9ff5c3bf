import type { Resource } from '@baton-ts/console-api';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { Count } from '../../components/count.tsx';
import { useListAddress } from '../../components/list-address.ts';
import { type ListColumn, ListTable, useList } from '../../components/list-table.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import { NothingMatches } from './entitlements-tab.tsx';

const columns: readonly ListColumn<Resource>[] = [
  {
    id: 'resource',
    title: 'Resource',
    sort: 'displayName',
    rank: 1,
    width: '40%',
    cell: ({ id, appId, displayName, customName, externalId }) => (
      <TwoLines
        mono
        first={
          <Link to="/apps/$appId/resources/$resourceId" params={{ appId, resourceId: id }}>
            {customName || displayName}
          </Link>
        }
        second={externalId}
      />
    ),
  },
  { id: 'type', title: 'Type', rank: 1, cell: ({ resourceTypeDisplayName }) => resourceTypeDisplayName },
  { id: 'parent', title: 'Within', rank: 3, cell: ({ parent }) => parent?.displayName ?? '–' },
  {
    id: 'entitlements',
    title: 'Entitlements',
    numeric: true,
    cell: ({ entitlementCount }) => entitlementCount.toLocaleString('en'),
  },
  { id: 'grants', title: 'Grants', numeric: true, cell: ({ grantCount }) => grantCount.toLocaleString('en') },
];

export function ResourcesTab({ appId }: { readonly appId: string }) {
  const [{ q = '', sort = 'displayName' }, change] = useListAddress();
  const query = useList(['resources', appId, q, sort], (pageToken, signal) =>
    call(
      'POST /api/v1/search/app_resources',
      { body: { appIds: [appId], query: q, sort, pageSize: 50, pageToken } },
      signal,
    ),
  );
  return (
    <>
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder="Search resources"
        right={<Count total={query.data?.pages[0]?.totalCount} word="resource" words="resources" />}
      />
      <ListTable
        label="Resources"
        columns={columns}
        query={query}
        rowKey={({ id }) => id}
        sort={sort}
        onSort={(next) => change({ sort: next })}
        empty={<NothingMatches isFiltered={q !== ''} what="resource" onClear={() => change({ q: '' })} />}
      />
    </>
  );
}
