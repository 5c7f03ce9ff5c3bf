import type { App } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call, callForFile } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { useFindOwners } from '../../components/find-people.ts';
import { useListAddress } from '../../components/list-address.ts';
import { sortIn } from '../../components/list-columns.tsx';
import { rowsOf, useList } from '../../components/list-table.tsx';
import { OwnerChip } from '../../components/owner-chip.tsx';
import { PlaceTabs } from '../../components/tabs.tsx';
import { WholeList } from '../../components/whole-list.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { appColumns } from './app-columns.tsx';
import { NewApp } from './new-app.tsx';

/** Which app deserves attention? */
export function AppsList({
  kind,
  title,
  children,
  empty,
}: {
  readonly kind: App['kind'];
  readonly title: string;
  /** One sentence under the title. */
  readonly children: ReactNode;
  /** In place of the list while there is no app at all. */
  readonly empty: ReactNode;
}) {
  const findOwners = useFindOwners();
  const mayCreate = useMay('apps.create');
  const [isAdding, setAdding] = useState(false);
  const [address] = useListAddress();
  const sort = sortIn(appColumns, address.sort, 'displayName');
  const { q = '', owner = '' } = address;
  const search = { query: q, sort, kinds: [kind], ownerIds: owner === '' ? [] : [owner] };
  const query = useList(['apps', search], (pageToken, signal) =>
    call('POST /api/v1/search/apps', { body: { ...search, pageSize: 50, pageToken } }, signal),
  );
  const counts = { MANAGED: useAppCount('MANAGED'), UNMANAGED: useAppCount('UNMANAGED') };
  const isEmpty = query.data?.pages[0]?.totalCount === 0 && q === '' && owner === '';
  return (
    <Page
      title={title}
      crumbs={[{ label: 'Apps' }, { label: title }]}
      actions={
        mayCreate && (
          <Button
            size="sm"
            variant={isEmpty ? 'default' : 'filled'}
            leftSection={<IconPlus size={14} stroke={1.7} aria-hidden />}
            onClick={() => setAdding(true)}
          >
            New application
          </Button>
        )
      }
    >
      <PageHead title={title}>{children}</PageHead>
      <PlaceTabs
        tabs={[
          { to: '/apps', label: 'Managed', count: counts.MANAGED },
          { to: '/unmanaged-apps', label: 'Unmanaged', count: counts.UNMANAGED },
        ]}
      />
      {isEmpty ? (
        empty
      ) : (
        <WholeList
          label={title}
          word="app"
          placeholder="Search apps"
          columns={appColumns}
          query={query}
          sort={sort}
          all={counts[kind]}
          filters={{ owner }}
          file={{
            name: title,
            load: (columns) => callForFile('POST /api/v1/export/apps', { body: { ...search, columns } }),
          }}
        >
          <OwnerChip rows={rowsOf(query.data)} find={findOwners} />
        </WholeList>
      )}
      {isAdding && <NewApp onClose={() => setAdding(false)} />}
    </Page>
  );
}

function useAppCount(kind: App['kind']): number | undefined {
  const query = useQuery({
    queryKey: ['apps', 'count', kind],
    queryFn: ({ signal }) => call('POST /api/v1/search/apps', { body: { kinds: [kind], pageSize: 1 } }, signal),
    staleTime: 10_000,
  });
  return query.data?.totalCount;
}
