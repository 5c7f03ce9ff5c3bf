import { useMemo } from 'react';
import { call, callForFile } from '../../api/client.ts';
import { known, useListAddress } from '../../components/list-address.ts';
import { sortIn } from '../../components/list-columns.tsx';
import { useList } from '../../components/list-table.tsx';
import { riskLevels, riskOptions } from '../../components/risk-options.tsx';
import { FilterChip } from '../../components/toolbar.tsx';
import { WholeList } from '../../components/whole-list.tsx';
import { grantColumnsOfAccount, grantColumnsOfEntitlement } from './grant-columns.tsx';

/** What an account holds, or who holds an entitlement: direct or through something else. */
export function GrantsList({
  appId,
  of,
  id,
  all,
  name,
}: {
  readonly appId: string;
  readonly of: 'account' | 'entitlement';
  readonly id: string;
  readonly all: number | undefined;
  /** Of the file. */
  readonly name: string;
}) {
  const [address, change] = useListAddress();
  const columns = useMemo(
    () => (of === 'account' ? grantColumnsOfAccount(appId) : grantColumnsOfEntitlement(appId)),
    [appId, of],
  );
  const sort = sortIn(columns, address.sort, of === 'account' ? '-riskLevel' : '-grantedAt');
  const risks = of === 'account' ? known(address.risk, riskLevels) : [];
  const directOnly = address.how === 'DIRECT';
  const search = {
    appIds: [appId],
    appUserIds: of === 'account' ? [id] : [],
    entitlementIds: of === 'entitlement' ? [id] : [],
    query: address.q ?? '',
    sort,
    riskLevels: risks,
    directOnly,
  };
  const query = useList(['grants', search], (pageToken, signal) =>
    call('POST /api/v1/search/grants', { body: { ...search, pageSize: 50, pageToken } }, signal),
  );
  const word = of === 'account' ? 'grant' : 'holder';
  return (
    <>
      <WholeList
        label={of === 'account' ? 'Grants' : 'Holders'}
        word={word}
        placeholder={`Search ${word}s`}
        columns={columns}
        query={query}
        sort={sort}
        all={all}
        filters={{ risk: risks, how: directOnly ? 'DIRECT' : '' }}
        file={{
          name,
          load: (columns) => callForFile('POST /api/v1/export/grants', { body: { ...search, columns } }),
        }}
        none={of === 'account' ? 'This account can do nothing that the app tells of.' : 'Nobody holds it now.'}
      >
        {of === 'account' && (
          <FilterChip name="Risk" options={riskOptions} chosen={risks} onChoose={(risk) => change({ risk })} />
        )}
        <FilterChip
          name="How"
          options={[{ value: 'DIRECT', text: 'direct', label: 'Direct only' }]}
          chosen={directOnly ? ['DIRECT'] : []}
          onChoose={(chosen) => change({ how: chosen[0] ?? '' })}
        />
      </WholeList>
    </>
  );
}
