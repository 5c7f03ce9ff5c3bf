import { useMemo } from 'react';
import { call, callForFile } from '../../api/client.ts';
import { ExportButton } from '../../components/export-button.tsx';
import { known, useListAddress } from '../../components/list-address.ts';
import { sortIn, useColumns } from '../../components/list-columns.tsx';
import { ListCount } from '../../components/list-count.tsx';
import { ListTable, useList } from '../../components/list-table.tsx';
import { NothingMatches } from '../../components/nothing-matches.tsx';
import { riskLevels, riskOptions } from '../../components/risk-options.tsx';
import { FilterChip, Toolbar } from '../../components/toolbar.tsx';
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
  const { q = '' } = address;
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
    query: q,
    sort,
    riskLevels: risks,
    directOnly,
  };
  const query = useList(['grants', search], (pageToken, signal) =>
    call('POST /api/v1/search/grants', { body: { ...search, pageSize: 50, pageToken } }, signal),
  );
  const { shown, fileColumns, choice } = useColumns(columns);
  const [word, words] = of === 'account' ? ['grant', 'grants'] : ['holder', 'holders'];
  const chips = (risks.length > 0 ? 1 : 0) + (directOnly ? 1 : 0);
  const clear = () => change({ q: '', risk: [], how: '' });
  return (
    <>
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder={`Search ${words}`}
        filters={chips}
        onClear={clear}
        right={
          <ListCount
            page={query.data?.pages[0]}
            isFiltered={q !== '' || chips > 0}
            all={all}
            word={word}
            words={words}
          />
        }
        tools={
          <>
            {choice}
            <ExportButton
              name={name}
              load={() => callForFile('POST /api/v1/export/grants', { body: { ...search, columns: fileColumns } })}
            />
          </>
        }
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
      </Toolbar>
      <ListTable
        label={of === 'account' ? 'Grants' : 'Holders'}
        columns={shown}
        query={query}
        rowKey={(grant) => grant.id}
        sort={sort}
        onSort={(next) => change({ sort: next })}
        empty={
          <NothingMatches isFiltered={q !== '' || chips > 0} what={word} onClear={clear}>
            {of === 'account' ? 'This account can do nothing that the app tells of.' : 'Nobody holds it now.'}
          </NothingMatches>
        }
      />
    </>
  );
}
