import type { App } from '@baton-ts/console-api';
import { call, callForFile } from '../../api/client.ts';
import { known, knownOne, useListAddress } from '../../components/list-address.ts';
import { sortIn } from '../../components/list-columns.tsx';
import { rowsOf, useList } from '../../components/list-table.tsx';
import { OwnerChip } from '../../components/owner-chip.tsx';
import { riskLevels, riskOptions } from '../../components/risk-options.tsx';
import { FilterChip } from '../../components/toolbar.tsx';
import { WholeList } from '../../components/whole-list.tsx';
import { entitlementColumns } from './entitlement-columns.tsx';
import { GoneChip } from './gone-chip.tsx';
import { ownerFilter, useFindOwnersOrNobody } from './owner-filter.ts';
import { useFrameworks } from './use-frameworks.ts';
import { useTypeOptions } from './use-type-options.ts';

/** What can be done here, how bad is it, how many hold it? */
export function EntitlementsTab({ app }: { readonly app: App }) {
  const [address, change] = useListAddress();
  const sort = sortIn(entitlementColumns, address.sort, '-riskLevel');
  const risks = known(address.risk, riskLevels);
  const held = knownOne(address.held, ['HELD', 'NOT_HELD'] as const);
  const typeOptions = useTypeOptions(app.id, 'entitlementCount');
  const types = [...(address.type ?? [])];
  const chosenFrameworks = [...(address.framework ?? [])];
  const frameworks = useFrameworks(chosenFrameworks);
  const { owner = '', removed = false } = address;
  const findOwners = useFindOwnersOrNobody();
  const search = {
    appIds: [app.id],
    query: address.q ?? '',
    sort,
    riskLevels: risks,
    resourceTypeIds: types,
    complianceFrameworks: chosenFrameworks,
    ...ownerFilter(owner),
    held: held ?? ('ANY' as const),
    includeRemoved: removed,
  };
  const query = useList(['entitlements', search], (pageToken, signal) =>
    call('POST /api/v1/search/entitlements', { body: { ...search, pageSize: 50, pageToken } }, signal),
  );
  return (
    <>
      <WholeList
        label="Entitlements"
        word="permission"
        placeholder="Search permissions"
        columns={entitlementColumns}
        query={query}
        sort={sort}
        all={app.counts.entitlements}
        filters={{ risk: risks, type: types, framework: chosenFrameworks, owner, held: held ?? '', removed }}
        file={{
          name: `${app.displayName} entitlements`,
          load: (columns) => callForFile('POST /api/v1/export/entitlements', { body: { ...search, columns } }),
        }}
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
        <OwnerChip rows={rowsOf(query.data)} find={findOwners} />
        <GoneChip />
      </WholeList>
    </>
  );
}
