import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { AccountStatus } from '../../components/account-status.tsx';
import { Avatar } from '../../components/avatar.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { UnreadPage } from '../../layout/unread-page.tsx';
import { typeTexts } from '../apps/account-types.ts';
import classes from './my-accounts.module.css';
import { WhatItHolds } from './what-it-holds.tsx';

/** What may my account do, how come, since when? */
export function MyAccountPage() {
  const { accountId } = useParams({ from: '/inside/my-accounts/$accountId' });
  const query = useQuery({
    queryKey: ['own-account', accountId],
    queryFn: ({ signal }) =>
      call('GET /api/v1/my/app_users/{app_user_id}', { params: { app_user_id: accountId } }, signal),
  });
  const account = query.data?.account;
  const crumbs = [
    { label: 'My accounts', link: { to: '/my-accounts' } },
    { label: account?.appDisplayName ?? 'Account' },
  ] as const;
  if (account === undefined) {
    return <UnreadPage title="My account" crumbs={crumbs} query={query} mark="person" />;
  }
  const { appDisplayName, displayName, type, username, email, grantCount } = account;
  return (
    <Page title={`My account in ${appDisplayName}`} crumbs={crumbs}>
      <PageHead
        title={appDisplayName}
        mark={<Avatar name={displayName} kind={type === 'USER' ? 'person' : 'machine'} size={40} />}
        aside={<AccountStatus account={account} />}
      >
        {[...new Set([displayName, typeTexts[type], username, email])].filter((text) => text !== '').join(' · ')}
      </PageHead>
      <div className={classes['body']}>
        <p className={classes['facts']}>
          {grantCount === 0
            ? 'This account may do nothing that the app tells of.'
            : `This account holds ${grantCount.toLocaleString('en')} ${grantCount === 1 ? 'permission' : 'permissions'}, the riskiest first. Whoever looks after ${appDisplayName} can change that.`}
        </p>
        <WhatItHolds accountId={accountId} />
      </div>
    </Page>
  );
}
