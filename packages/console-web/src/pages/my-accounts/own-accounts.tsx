import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { useList } from '../../components/list-table.tsx';
import { AccountList } from '../directory/account-list.tsx';

/** The accounts of the signed-in person in every app, the riskiest first. */
export function OwnAccounts({ title = 'Accounts' }: { readonly title?: string }) {
  const query = useList(['own-accounts'], (pageToken, signal) =>
    call('GET /api/v1/my/app_users', { query: { page_size: 50, page_token: pageToken } }, signal),
  );
  return (
    <AccountList
      title={title}
      query={query}
      none="No account in a connected app is yours. They are found by your email after each sync."
      name={({ id, appDisplayName, displayName, email }) => (
        <>
          <Link to="/my-accounts/$accountId" params={{ accountId: id }}>
            <bdi>{appDisplayName}</bdi>
          </Link>
          <small dir="auto">{[...new Set([displayName, email])].filter(Boolean).join(' · ')}</small>
        </>
      )}
    />
  );
}
