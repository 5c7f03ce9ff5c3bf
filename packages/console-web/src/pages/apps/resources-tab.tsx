import type { App } from '@baton-ts/console-api';
import { call, callForFile } from '../../api/client.ts';
import { ExportButton } from '../../components/export-button.tsx';
import { useListAddress } from '../../components/list-address.ts';
import { sortIn, useColumns } from '../../components/list-columns.tsx';
import { ListCount } from '../../components/list-count.tsx';
import { ListTable, rowsOf, useList } from '../../components/list-table.tsx';
import { NothingMatches } from '../../components/nothing-matches.tsx';
import { SearchChip } from '../../components/search-chip.tsx';
import { FilterChip, Toolbar } from '../../components/toolbar.tsx';
import { ownerFilter, ownerName, useFindOwnersOrNobody } from './owner-filter.ts';
import { resourceColumns } from './resource-columns.tsx';
import { useTypeOptions } from './use-type-options.ts';

/** On what access is given. */
export function ResourcesTab({ app }: { readonly app: App }) {
  const [address, change] = useListAddress();
  const { q = '', removed = false } = address;
  const sort = sortIn(resourceColumns, address.sort, 'displayName');
  const types = [...(address.type ?? [])];
  const { owner = '' } = address;
  const findOwners = useFindOwnersOrNobody();
  const search = {
    appIds: [app.id],
    query: q,
    sort,
    resourceTypeIds: types,
    ...ownerFilter(owner),
    includeRemoved: removed,
  };
  const query = useList(['resources', search], (pageToken, signal) =>
    call('POST /api/v1/search/app_resources', { body: { ...search, pageSize: 50, pageToken } }, signal),
  );
  const typeOptions = useTypeOptions(app.id, 'resourceCount');
  const { shown, fileColumns, choice } = useColumns(resourceColumns);
  const chips = (types.length > 0 ? 1 : 0) + (owner === '' ? 0 : 1) + (removed ? 1 : 0);
  const clear = () => change({ q: '', type: [], owner: '', removed: false });
  return (
    <>
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder="Search resources"
        filters={chips}
        onClear={clear}
        right={
          <ListCount
            page={query.data?.pages[0]}
            isFiltered={q !== '' || chips > 0}
            all={app.counts.resources}
            word="resource"
            words="resources"
          />
        }
        tools={
          <>
            {choice}
            <ExportButton
              name={`${app.displayName} resources`}
              load={() =>
                callForFile('POST /api/v1/export/app_resources', { body: { ...search, columns: fileColumns } })
              }
            />
          </>
        }
      >
        <FilterChip name="Type" options={typeOptions} chosen={types} onChoose={(type) => change({ type })} />
        <SearchChip
          name="Owner"
          chosen={owner}
          text={ownerName(owner, rowsOf(query.data))}
          find={findOwners}
          onChoose={(choice) => change({ owner: choice?.value ?? '' })}
        />
        <FilterChip
          name="More"
          options={[{ value: 'GONE', text: 'with those gone', label: 'Show those that are gone too' }]}
          chosen={removed ? ['GONE'] : []}
          onChoose={(chosen) => change({ removed: chosen.length > 0 })}
        />
      </Toolbar>
      <ListTable
        label="Resources"
        columns={shown}
        query={query}
        rowKey={({ id }) => id}
        sort={sort}
        onSort={(next) => change({ sort: next })}
        empty={<NothingMatches isFiltered={q !== '' || chips > 0} what="resource" onClear={clear} />}
      />
    </>
  );
}
