import type { Account } from '@baton-ts/console-api';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { AccountStatus } from '../../components/account-status.tsx';
import { Avatar } from '../../components/avatar.tsx';
import { Count } from '../../components/count.tsx';
import { known, useListAddress } from '../../components/list-address.ts';
import { type ListColumn, ListTable, useList } from '../../components/list-table.tsx';
import { RiskMark } from '../../components/risk-mark.tsx';
import { riskLevels, riskOptions } from '../../components/risk-options.tsx';
import { FilterChip, Toolbar } from '../../components/toolbar.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import { NothingMatches } from './entitlements-tab.tsx';

const statuses = ['ENABLED', 'DISABLED', 'DELETED'] as const;
const kinds = ['USER', 'SERVICE_ACCOUNT', 'SYSTEM_ACCOUNT'] as const;
const owners = ['NONE', 'ORPHANED'] as const;
const statusTexts = { ENABLED: 'Active', DISABLED: 'Disabled', DELETED: 'Deleted' } as const;
export const typeTexts = { USER: 'Person', SERVICE_ACCOUNT: 'Service', SYSTEM_ACCOUNT: 'System' } as const;

const columns: readonly ListColumn<Account>[] = [
  {
    id: 'account',
    title: 'Account',
    sort: 'displayName',
    rank: 1,
    width: '28%',
    cell: ({ id, appId, displayName, email, type }) => (
      <TwoLines
        mark={<Avatar name={displayName} kind={type === 'USER' ? 'person' : 'thing'} size={28} />}
        first={
          <Link to="/apps/$appId/accounts/$accountId" params={{ appId, accountId: id }}>
            {displayName}
          </Link>
        }
        second={email}
      />
    ),
  },
  { id: 'status', title: 'Status', rank: 1, cell: (account) => <AccountStatus account={account} /> },
  { id: 'type', title: 'Type', rank: 3, cell: ({ type }) => typeTexts[type] },
  {
    id: 'owner',
    title: 'Owner',
    cell: ({ owner, type }) => (owner === null ? (type === 'USER' ? 'No owner' : '–') : owner.displayName),
  },
  {
    id: 'risk',
    title: 'Highest risk',
    sort: 'highestRisk',
    rank: 1,
    cell: ({ highestRisk }) => (highestRisk === null ? '–' : <RiskMark level={highestRisk} />),
  },
  {
    id: 'grants',
    title: 'Permissions',
    sort: 'grantCount',
    numeric: true,
    cell: ({ roles, grantCount }) => (roles.length > 0 ? roles.join(', ') : grantCount.toLocaleString('en')),
  },
];

/** Who is in, whose account is it, how much can it do? */
export function AccountsTab({ appId }: { readonly appId: string }) {
  const [address, change] = useListAddress();
  const { q = '', sort = '-highestRisk' } = address;
  const chosenStatuses = known(address.status, statuses);
  const chosenTypes = known(address.type, kinds);
  const risks = known(address.risk, riskLevels);
  const chosenOwner = known(address.owner === undefined ? [] : [address.owner], owners);
  const query = useList(
    ['accounts', appId, q, sort, chosenStatuses, chosenTypes, risks, chosenOwner],
    (pageToken, signal) =>
      call(
        'POST /api/v1/search/app_users',
        {
          body: {
            appIds: [appId],
            query: q,
            sort,
            statuses: chosenStatuses,
            types: chosenTypes,
            highestRisks: risks,
            owner: chosenOwner[0] ?? 'ANY',
            pageSize: 50,
            pageToken,
          },
        },
        signal,
      ),
  );
  return (
    <>
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder="Search accounts"
        right={<Count total={query.data?.pages[0]?.totalCount} word="account" words="accounts" />}
      >
        <FilterChip
          name="Status"
          options={statuses.map((value) => ({ value, text: statusTexts[value], label: statusTexts[value] }))}
          chosen={chosenStatuses}
          onChoose={(status) => change({ status })}
        />
        <FilterChip
          name="Type"
          options={kinds.map((value) => ({ value, text: typeTexts[value], label: typeTexts[value] }))}
          chosen={chosenTypes}
          onChoose={(type) => change({ type })}
        />
        <FilterChip name="Highest risk" options={riskOptions} chosen={risks} onChoose={(risk) => change({ risk })} />
        <FilterChip
          name="Owner"
          options={[
            { value: 'NONE', text: 'none', label: 'No owner' },
            { value: 'ORPHANED', text: 'none, or has left', label: 'No owner, or the owner has left' },
          ]}
          chosen={chosenOwner}
          onChoose={(chosen) => change({ owner: chosen.at(-1) ?? '' })}
        />
      </Toolbar>
      <ListTable
        label="Accounts"
        columns={columns}
        query={query}
        rowKey={({ id }) => id}
        sort={sort}
        onSort={(next) => change({ sort: next })}
        empty={
          <NothingMatches
            isFiltered={q !== '' || chosenStatuses.length + chosenTypes.length + risks.length + chosenOwner.length > 0}
            what="account"
            onClear={() => change({ q: '', status: [], type: [], risk: [], owner: '' })}
          />
        }
      />
    </>
  );
}
