import type { Account } from '@baton-ts/console-api';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { AccountStatus } from '../../components/account-status.tsx';
import { Avatar } from '../../components/avatar.tsx';
import { Card, Columns, Facts } from '../../components/card.tsx';
import { knownOne, useListAddress } from '../../components/list-address.ts';
import { AddressTabs } from '../../components/tabs.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { UnreadPage } from '../../layout/unread-page.tsx';
import classes from './account-page.module.css';
import { AccountSide } from './account-side.tsx';
import { typeTexts } from './account-types.ts';
import { appCrumbs } from './app-page.tsx';
import { ChangeRecords } from './change-records.tsx';
import { EffectiveAccess } from './effective-access.tsx';
import { firstName } from './first-name.ts';
import { GrantsList } from './grants-list.tsx';
import { PastGrantsList } from './past-grants-list.tsx';
import { profileText } from './profile-text.ts';
import { useApp } from './use-app.ts';
import { useGrantCount, usePastCount } from './use-grant-counts.ts';

const tabs = ['access', 'grants', 'past', 'details'] as const;

/** What can this account do, how come, since when? */
export function AccountPage() {
  const { appId, accountId } = useParams({ from: '/inside/apps/$appId/accounts/$accountId' });
  const [address] = useListAddress();
  const tab = knownOne(address.tab, tabs) ?? 'access';
  const app = useApp(appId).data?.app;
  const query = useQuery({
    queryKey: ['account', accountId],
    queryFn: ({ signal }) =>
      call(
        'GET /api/v1/apps/{app_id}/app_users/{app_user_id}',
        { params: { app_id: appId, app_user_id: accountId } },
        signal,
      ),
  });
  const account = query.data?.account;
  const held = useGrantCount(appId, accountId);
  const past = usePastCount(appId, { appUserIds: [accountId] });
  const [apps, , place] = appCrumbs(app, appId);
  const crumbs = [
    apps,
    { ...place, label: account?.appDisplayName ?? place?.label ?? 'App' },
    { label: 'Accounts', link: { to: '/apps/$appId', params: { appId }, search: { tab: 'accounts' } } },
    { label: account?.displayName ?? 'Account' },
  ] as const;
  if (account === undefined) {
    return <UnreadPage title="Account" crumbs={crumbs} query={query} mark="person" tabs={tabs.length} />;
  }
  return (
    <Page title={account.displayName} crumbs={crumbs}>
      <PageHead
        title={account.displayName}
        mark={<Avatar name={account.displayName} kind={account.type === 'USER' ? 'person' : 'machine'} size={40} />}
        aside={<AccountStatus account={account} />}
      >
        {[...new Set([typeTexts[account.type], account.username, account.email])]
          .filter((text) => text !== '')
          .join(' · ')}
      </PageHead>
      <AddressTabs
        current={tab}
        tabs={[
          { id: 'access', label: `What ${firstName(account)} can do` },
          { id: 'grants', label: 'Grants', count: held },
          { id: 'past', label: 'Past grants', count: past },
          { id: 'details', label: 'Details' },
        ]}
      />
      {tab === 'grants' && (
        <GrantsList
          appId={appId}
          of="account"
          id={account.id}
          all={held}
          name={`${account.appDisplayName} grants of ${account.displayName}`}
        />
      )}
      {tab === 'past' && <PastGrantsList appId={appId} of="account" id={account.id} />}
      {(tab === 'access' || tab === 'details') && (
        <div className={classes['body']}>
          <Columns
            main={tab === 'access' ? <EffectiveAccess account={account} /> : <Details account={account} />}
            side={<AccountSide account={account} app={app} />}
          />
        </div>
      )}
    </Page>
  );
}

function Details({ account }: { readonly account: Account }) {
  const said = Object.entries(account.profile);
  return (
    <>
      <Card title="What the app says">
        {said.length === 0 ? (
          'Nothing beside the name.'
        ) : (
          <Facts facts={said.map(([name, value]) => [name, profileText(value)])} />
        )}
      </Card>
      <Card title="Ids">
        <Facts
          facts={[
            ['In the app', <Raw key="app" text={account.externalId} />],
            ['Here', <Raw key="here" text={account.id} />],
            ['Kind', account.resourceTypeId],
          ]}
        />
      </Card>
      <ChangeRecords targetId={account.id} />
    </>
  );
}

function Raw({ text }: { readonly text: string }) {
  return <span className="mono">{text}</span>;
}
