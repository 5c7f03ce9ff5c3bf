import type { Account, accountSorts, accountColumns as fileColumns } from '@baton-ts/console-api';
import { Link } from '@tanstack/react-router';
import { AccountAccess } from '../../components/account-access.tsx';
import { AccountStatus } from '../../components/account-status.tsx';
import { Avatar } from '../../components/avatar.tsx';
import type { ListColumn } from '../../components/list-table.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import { When } from '../../components/when.tsx';
import { typeTexts } from './account-types.ts';
import { OwnerCell } from './owner-cell.tsx';

export type AccountColumn = ListColumn<Account, (typeof accountSorts)[number], (typeof fileColumns)[number]>;

/** @param onSetOwner absent for whoever may not */
export function accountColumns(onSetOwner: ((account: Account) => void) | undefined): readonly AccountColumn[] {
  return [
    {
      id: 'account',
      title: 'Account',
      sort: 'displayName',
      rank: 1,
      width: '26%',
      files: ['displayName', 'email'],
      shape: 'person',
      cell: ({ id, appId, displayName, email, username, type }) => (
        <TwoLines
          mark={<Avatar name={displayName} kind={type === 'USER' ? 'person' : 'machine'} size={28} />}
          title={displayName}
          first={
            <Link to="/apps/$appId/accounts/$accountId" params={{ appId, accountId: id }}>
              {displayName}
            </Link>
          }
          second={email === '' || email === displayName ? (username === displayName ? 'no address' : username) : email}
        />
      ),
    },
    {
      id: 'owner',
      title: 'Owner',
      width: '21%',
      files: ['owner', 'ownerEmail', 'ownerSource'],
      shape: 'two-lines',
      cell: (account) => (
        <OwnerCell account={account} onSet={onSetOwner === undefined ? undefined : () => onSetOwner(account)} />
      ),
    },
    { id: 'type', title: 'Type', rank: 3, files: ['type'], shape: 'short', cell: ({ type }) => typeTexts[type] },
    {
      id: 'status',
      title: 'Status',
      rank: 1,
      width: '14%',
      files: ['status', 'statusDetails'],
      cell: (account) => <AccountStatus account={account} />,
    },
    {
      id: 'access',
      title: 'Access',
      sort: 'highestRisk',
      rank: 1,
      width: '17%',
      files: ['highestRisk', 'grantCount', 'roles'],
      shape: 'two-lines',
      cell: (account) => <AccountAccess account={account} />,
    },
    {
      id: 'permissions',
      title: 'Permissions',
      sort: 'grantCount',
      numeric: true,
      isExtra: true,
      files: ['grantCount'],
      cell: ({ grantCount }) => grantCount.toLocaleString('en'),
    },
    {
      id: 'external',
      title: 'Outside',
      isExtra: true,
      files: ['isExternal'],
      cell: ({ isExternal }) => (isExternal ? 'Yes' : 'No'),
    },
    {
      id: 'username',
      title: 'User name',
      isExtra: true,
      files: ['username'],
      cell: ({ username }) => <span dir="auto">{username || '–'}</span>,
    },
    {
      id: 'first',
      title: 'First seen',
      sort: 'firstSeenAt',
      rank: 3,
      files: ['firstSeenAt'],
      cell: ({ firstSeenAt }) => <When at={firstSeenAt} />,
    },
    {
      id: 'last',
      title: 'Last seen',
      isExtra: true,
      files: ['lastSeenAt', 'removedAt'],
      cell: ({ lastSeenAt }) => <When at={lastSeenAt} />,
    },
    {
      id: 'externalId',
      title: 'Id in the app',
      isExtra: true,
      files: ['externalId'],
      cell: ({ externalId }) => (
        <span className="mono" title={externalId}>
          {externalId}
        </span>
      ),
    },
  ];
}
