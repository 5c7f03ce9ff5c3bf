import type { Account } from '@baton-ts/console-api';
import type { ReactNode } from 'react';
import { AccountAccess } from '../../components/account-access.tsx';
import { AccountStatus } from '../../components/account-status.tsx';
import { Card } from '../../components/card.tsx';
import { rowsOf, type useList } from '../../components/list-table.tsx';
import { LoadMore } from '../../components/load-more.tsx';
import { ErrorNote } from '../../components/note.tsx';
import classes from './directory.module.css';

/** The accounts of one person, with what they can do. */
export function AccountList({
  title = 'Accounts',
  query,
  none,
  name,
}: {
  readonly title?: string;
  readonly query: ReturnType<typeof useList<Account>>;
  /** What is said where there is no account. */
  readonly none: string;
  /** What an account is called here, and where that leads. */
  readonly name: (account: Account) => ReactNode;
}) {
  const accounts = rowsOf(query.data);
  return (
    <Card title={title}>
      {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && accounts.length === 0 && <p className={classes['quiet']}>{none}</p>}
      {accounts.length > 0 && (
        <ul className={classes['list']}>
          {accounts.map((account) => (
            <li key={account.id}>
              <span className={classes['grow']}>{name(account)}</span>
              <AccountStatus account={account} />
              <span className={classes['access']}>
                <AccountAccess account={account} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <LoadMore query={query} />
    </Card>
  );
}
