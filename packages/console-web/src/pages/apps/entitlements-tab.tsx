import type { App } from '@baton-ts/console-api';
import { call, callForFile } from '../../api/client.ts';
import { ExportButton } from '../../components/export-button.tsx';
import { known, knownOne, useListAddress } from '../../components/list-address.ts';
import { sortIn, useColumns } from '../../components/list-columns.tsx';
import { ListCount } from '../../components/list-count.tsx';
import { ListTable, rowsOf, useList } from '../../components/list-table.tsx';
import { NothingMatches } from '../../components/nothing-matches.tsx';
import { riskLevels, riskOptions } from '../../components/risk-options.tsx';
import { SearchChip } from '../../components/search-chip.tsx';
import { FilterChip, Toolbar } from '../../components/toolbar.tsx';
import { entitlementColumns } from './entitlement-columns.tsx';
import { ownerFilter, ownerName, useFindOwnersOrNobody } from './owner-filter.ts';
import { useFrameworks } from './use-frameworks.ts';
import { useTypeOptions } from './use-type-options.ts';

/** What can be done here, how bad is it, how many hold it? */
export function EntitlementsTab({ app }: { readonly app: App }) {
  const [address, change] = useListAddress();
  const { q = '' } = address;
  const sort = sortIn(entitlementColumns, address.sort, '-riskLevel');
  const risks = known(address.risk, riskLevels);
  const held = knownOne(address.held, ['HELD', 'NOT_HELD'] as const);
  const typeOptions = useTypeOptions(app.id, 'entitlementCount');
  const types = [...(address.type ?? [])];
  const chosenFrameworks = [...(address.framework ?? [])];
  const frameworks = useFrameworks(chosenFrameworks);
  const { owner = '' } = address;
  const findOwners = useFindOwnersOrNobody();
  const search = {
    appIds: [app.id],
    query: q,
    sort,
    riskLevels: risks,
    resourceTypeIds: types,
    complianceFrameworks: chosenFrameworks,
    ...ownerFilter(owner),
    held: held ?? ('ANY' as const),
    includeRemoved: address.removed === true,
  };
  const query = useList(['entitlements', search], (pageToken, signal) =>
    call('POST /api/v1/search/entitlements', { body: { ...search, pageSize: 50, pageToken } }, signal),
  );
  const { shown, fileColumns, choice } = useColumns(entitlementColumns);
  const chips =
    [risks, types, chosenFrameworks].filter(({ length }) => length > 0).length +
    (held === undefined ? 0 : 1) +
    (owner === '' ? 0 : 1) +
    (address.removed === true ? 1 : 0);
  const clear = () => change({ q: '', risk: [], type: [], framework: [], owner: '', held: '', removed: false });
  return (
    <>
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder="Search permissions"
        filters={chips}
        onClear={clear}
        right={
          <ListCount
            page={query.data?.pages[0]}
            isFiltered={q !== '' || chips > 0}
            all={app.counts.entitlements}
            word="permission"
            words="permissions"
          />
        }
        tools={
          <>
            {choice}
            <ExportButton
              name={`${app.displayName} entitlements`}
              load={() =>
                callForFile('POST /api/v1/export/entitlements', { body: { ...search, columns: fileColumns } })
              }
            />
          </>
        }
      >
        <FilterChip name="Risk" options={riskOptions} chosen={risks} onChoose={(risk) => change({ risk })} />
        <FilterChip name="Type" options={typeOptions} chosen={types} onChoose={(type) => change({ type })} />
        <FilterChip
          name="Held by"
          options={[
            { value: 'HELD', text: 'somebody', label: 'Somebody' },
            { value: 'NOT_HELD', text: 'nobody', label: 'Nobody' },
          ]}
          chosen={held === undefined ? [] : [held]}
          onChoose={(chosen) => change({ held: chosen.at(-1) ?? '' })}
        />
        <FilterChip
          name="Compliance"
          options={frameworks.map((value) => ({ value, text: value, label: value }))}
          chosen={chosenFrameworks}
          onChoose={(framework) => change({ framework })}
        />
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
          chosen={address.removed === true ? ['GONE'] : []}
          onChoose={(chosen) => change({ removed: chosen.length > 0 })}
        />
      </Toolbar>
      <ListTable
        label="Entitlements"
        columns={shown}
        query={query}
        rowKey={({ id }) => id}
        sort={sort}
        onSort={(next) => change({ sort: next })}
        empty={<NothingMatches isFiltered={q !== '' || chips > 0} what="permission" onClear={clear} />}
      />
    </>
  );
}
