import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { AccountAccess } from '../../components/account-access.tsx';
import { AccountStatus } from '../../components/account-status.tsx';
import { Card } from '../../components/card.tsx';
import { rowsOf, useList } from '../../components/list-table.tsx';
import { ErrorNote } from '../../components/note.tsx';
import classes from './directory.module.css';

/** The accounts that belong to a person, in every app. */
export function AccountsOf({ userId }: { readonly userId: string }) {
  const query = useList(['accounts-of', userId], (pageToken, signal) =>
    call(
      'POST /api/v1/search/app_users',
      { body: { userIds: [userId], sort: '-highestRisk', pageSize: 50, pageToken } },
      signal,
    ),
  );
  const accounts = rowsOf(query.data);
  return (
    <Card title="Accounts">
      {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && accounts.length === 0 && (
        <p className={classes['quiet']}>No account belongs to this person.</p>
      )}
      {accounts.length > 0 && (
        <ul className={classes['list']}>
          {accounts.map((account) => (
            <li key={account.id}>
              <span className={classes['grow']}>
                <Link to="/apps/$appId/accounts/$accountId" params={{ appId: account.appId, accountId: account.id }}>
                  {account.displayName}
                </Link>
                <small>
                  <bdi>{account.appDisplayName}</bdi>
                  {account.email !== '' && ` · ${account.email}`}
                </small>
              </span>
              <AccountStatus account={account} />
              <span className={classes['access']}>
                <AccountAccess account={account} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
