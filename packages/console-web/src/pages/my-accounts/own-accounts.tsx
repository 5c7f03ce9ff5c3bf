import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { AccountAccess } from '../../components/account-access.tsx';
import { AccountStatus } from '../../components/account-status.tsx';
import { Card } from '../../components/card.tsx';
import { rowsOf, useList } from '../../components/list-table.tsx';
import { ErrorNote } from '../../components/note.tsx';
import classes from '../directory/directory.module.css';

/** The accounts of the signed-in person in every app, the riskiest first. */
export function OwnAccounts({ title = 'Accounts' }: { readonly title?: string }) {
  const query = useList(['own-accounts'], (pageToken, signal) =>
    call('GET /api/v1/my/app_users', { query: { page_size: 50, page_token: pageToken } }, signal),
  );
  const accounts = rowsOf(query.data);
  return (
    <Card title={title}>
      {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && accounts.length === 0 && (
        <p className={classes['quiet']}>
          No account in a connected app is yours. They are found by your email after each sync.
        </p>
      )}
      {accounts.length > 0 && (
        <ul className={classes['list']}>
          {accounts.map((account) => (
            <li key={account.id}>
              <span className={classes['grow']}>
                <Link to="/my-accounts/$accountId" params={{ accountId: account.id }}>
                  <bdi>{account.appDisplayName}</bdi>
                </Link>
                <small dir="auto">
                  {[...new Set([account.displayName, account.email])].filter(Boolean).join(' · ')}
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
      {query.hasNextPage && (
        <button type="button" className={classes['rest']} onClick={() => void query.fetchNextPage()}>
          Show more
        </button>
      )}
    </Card>
  );
}
