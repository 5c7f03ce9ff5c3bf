import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { useList } from '../../components/list-table.tsx';
import { AccountList } from './account-list.tsx';

/** The accounts that belong to a person, in every app. */
export function AccountsOf({ userId }: { readonly userId: string }) {
  const query = useList(['accounts-of', userId], (pageToken, signal) =>
    call(
      'POST /api/v1/search/app_users',
      { body: { userIds: [userId], sort: '-highestRisk', pageSize: 50, pageToken } },
      signal,
    ),
  );
  return (
    <AccountList
      query={query}
      none="No account belongs to this person."
      name={({ id, appId, appDisplayName, displayName, email }) => (
        <>
          <Link to="/apps/$appId/accounts/$accountId" params={{ appId, accountId: id }}>
            {displayName}
          </Link>
          <small>
            <bdi>{appDisplayName}</bdi>
            {email !== '' && ` · ${email}`}
          </small>
        </>
      )}
    />
  );
}
