import type { App } from '@baton-ts/console-api';
import { call, callForFile } from '../../api/client.ts';
import { useListAddress } from '../../components/list-address.ts';
import { sortIn } from '../../components/list-columns.tsx';
import { rowsOf, useList } from '../../components/list-table.tsx';
import { OwnerChip } from '../../components/owner-chip.tsx';
import { FilterChip } from '../../components/toolbar.tsx';
import { WholeList } from '../../components/whole-list.tsx';
import { GoneChip } from './gone-chip.tsx';
import { ownerFilter, useFindOwnersOrNobody } from './owner-filter.ts';
import { resourceColumns } from './resource-columns.tsx';
import { useTypeOptions } from './use-type-options.ts';

/** On what access is given. */
export function ResourcesTab({ app }: { readonly app: App }) {
  const [address, change] = useListAddress();
  const sort = sortIn(resourceColumns, address.sort, 'displayName');
  const types = [...(address.type ?? [])];
  const { owner = '', removed = false } = address;
  const findOwners = useFindOwnersOrNobody();
  const search = {
    appIds: [app.id],
    query: address.q ?? '',
    sort,
    resourceTypeIds: types,
    ...ownerFilter(owner),
    includeRemoved: removed,
  };
  const query = useList(['resources', search], (pageToken, signal) =>
    call('POST /api/v1/search/app_resources', { body: { ...search, pageSize: 50, pageToken } }, signal),
  );
  const typeOptions = useTypeOptions(app.id, 'resourceCount');
  return (
    <>
      <WholeList
        label="Resources"
        word="resource"
        placeholder="Search resources"
        columns={resourceColumns}
        query={query}
        sort={sort}
        all={app.counts.resources}
        filters={{ type: types, owner, removed }}
        file={{
          name: `${app.displayName} resources`,
          load: (columns) => callForFile('POST /api/v1/export/app_resources', { body: { ...search, columns } }),
        }}
      >
        <FilterChip name="Type" options={typeOptions} chosen={types} onChoose={(type) => change({ type })} />
        <OwnerChip rows={rowsOf(query.data)} find={findOwners} />
        <GoneChip />
      </WholeList>
    </>
  );
}
