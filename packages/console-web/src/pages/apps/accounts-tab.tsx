import type { Account, App } from '@baton-ts/console-api';
import { useMemo, useState } from 'react';
import { call, callForFile } from '../../api/client.ts';
import { known, knownOne, useListAddress } from '../../components/list-address.ts';
import { sortIn } from '../../components/list-columns.tsx';
import { useList } from '../../components/list-table.tsx';
import { riskLevels, riskOptions } from '../../components/risk-options.tsx';
import { FilterChip } from '../../components/toolbar.tsx';
import { WholeList } from '../../components/whole-list.tsx';
import { accountColumns } from './account-columns.tsx';
import { accountTypes, typeTexts } from './account-types.ts';
import { SetAccountOwner } from './set-account.tsx';
import { useMayChange } from './use-app.ts';

const statuses = ['ENABLED', 'DISABLED', 'DELETED'] as const;
const owners = ['NONE', 'ORPHANED'] as const;
const more = ['EXTERNAL', 'GONE'] as const;
const statusTexts = { ENABLED: 'Active', DISABLED: 'Not active', DELETED: 'Deleted' } as const;

/** Who is in, whose account is it, how much can it do? */
export function AccountsTab({ app }: { readonly app: App }) {
  const mayChange = useMayChange(app);
  const [owned, setOwned] = useState<Account | null>(null);
  const columns = useMemo(() => accountColumns(mayChange ? setOwned : undefined), [mayChange]);
  const [address, change] = useListAddress();
  const sort = sortIn(columns, address.sort, '-highestRisk');
  const chosenStatuses = known(address.status, statuses);
  const chosenTypes = known(address.type, accountTypes);
  const risks = known(address.risk, riskLevels);
  const owner = knownOne(address.owner, owners);
  const others = known(address.kind, more);
  const search = {
    appIds: [app.id],
    query: address.q ?? '',
    sort,
    statuses: chosenStatuses,
    types: chosenTypes,
    highestRisks: risks,
    owner: owner ?? ('ANY' as const),
    onlyExternal: others.includes('EXTERNAL'),
    includeRemoved: others.includes('GONE'),
  };
  const query = useList(['accounts', search], (pageToken, signal) =>
    call('POST /api/v1/search/app_users', { body: { ...search, pageSize: 50, pageToken } }, signal),
  );
  return (
    <>
      <WholeList
        label="Accounts"
        word="account"
        placeholder="Search name, email, username"
        columns={columns}
        query={query}
        sort={sort}
        all={app.counts.accounts}
        filters={{ status: chosenStatuses, type: chosenTypes, risk: risks, kind: others, owner: owner ?? '' }}
        file={{
          name: `${app.displayName} accounts`,
          load: (columns) => callForFile('POST /api/v1/export/app_users', { body: { ...search, columns } }),
        }}
      >
        <FilterChip
          name="Owner"
          options={[
            { value: 'NONE', text: 'none', label: 'No owner' },
            { value: 'ORPHANED', text: 'none, or has left', label: 'No owner, or the owner has left' },
          ]}
          chosen={owner === undefined ? [] : [owner]}
          onChoose={(chosen) => change({ owner: chosen.at(-1) ?? '' })}
        />
        <FilterChip
          name="Type"
          options={accountTypes.map((value) => ({ value, text: typeTexts[value], label: typeTexts[value] }))}
          chosen={chosenTypes}
          onChoose={(type) => change({ type })}
        />
        <FilterChip
          name="Status"
          options={statuses.map((value) => ({ value, text: statusTexts[value], label: statusTexts[value] }))}
          chosen={chosenStatuses}
          onChoose={(status) => change({ status })}
        />
        <FilterChip name="Risk" options={riskOptions} chosen={risks} onChoose={(risk) => change({ risk })} />
        <FilterChip
          name="More"
          options={[
            { value: 'EXTERNAL', text: 'from outside', label: 'Address outside the company' },
            { value: 'GONE', text: 'with those gone', label: 'Show those that are gone too' },
          ]}
          chosen={others}
          onChoose={(kind) => change({ kind })}
        />
      </WholeList>
      {owned !== null && <SetAccountOwner account={owned} onClose={() => setOwned(null)} />}
    </>
  );
}
