import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { Avatar, Owners } from '../../components/avatar.tsx';
import { Card, Columns, Facts } from '../../components/card.tsx';
import { useListAddress } from '../../components/list-address.ts';
import { ErrorNote } from '../../components/note.tsx';
import { StatusLabel } from '../../components/status-label.tsx';
import { AddressTabs } from '../../components/tabs.tsx';
import { When } from '../../components/when.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { AccountsTab } from './accounts-tab.tsx';
import { ConnectorsTab } from './connectors-tab.tsx';
import { EntitlementsTab } from './entitlements-tab.tsx';
import { ResourcesTab } from './resources-tab.tsx';

const refreshMs = 10_000;

/** One app: what can be done in it, and who is in. */
export function AppPage() {
  const { appId } = useParams({ from: '/inside/apps/$appId' });
  const [{ tab = 'overview' }] = useListAddress();
  const query = useQuery({
    queryKey: ['app', appId],
    queryFn: ({ signal }) => call('GET /api/v1/apps/{app_id}', { params: { app_id: appId } }, signal),
    refetchInterval: refreshMs,
  });
  const app = query.data?.app;
  const crumbs = [
    { label: 'Apps' },
    { label: 'Managed apps', link: { to: '/apps' } },
    { label: app?.displayName ?? 'App' },
  ] as const;
  if (app === undefined) {
    return (
      <Page title="App" crumbs={crumbs}>
        {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      </Page>
    );
  }
  const { counts } = app;
  return (
    <Page title={app.displayName} crumbs={crumbs}>
      <PageHead
        title={app.displayName}
        mark={<Avatar name={app.displayName} kind="thing" size={40} />}
        aside={app.syncStatus !== null && <StatusLabel status={app.syncStatus} />}
      >
        {app.description}
      </PageHead>
      <AddressTabs
        current={tab}
        tabs={[
          { id: 'overview', label: 'Overview' },
          { id: 'entitlements', label: 'Entitlements', count: counts.entitlements },
          { id: 'resources', label: 'Resources', count: counts.resources },
          { id: 'accounts', label: 'Accounts', count: counts.accounts },
          { id: 'connectors', label: 'Connectors', count: counts.connectors },
        ]}
      />
      {tab === 'entitlements' && <EntitlementsTab appId={appId} />}
      {tab === 'resources' && <ResourcesTab appId={appId} />}
      {tab === 'accounts' && <AccountsTab appId={appId} />}
      {tab === 'connectors' && <ConnectorsTab appId={appId} />}
      {tab === 'overview' && (
        <Columns
          main={
            <Card title="At a glance">
              <Facts
                facts={[
                  [
                    'Accounts',
                    <Link key="accounts" to="." search={{ tab: 'accounts' }}>
                      {counts.accounts.toLocaleString('en')}
                    </Link>,
                  ],
                  [
                    'Critical',
                    <Link key="critical" to="." search={{ tab: 'accounts', risk: ['CRITICAL'] }}>
                      {counts.criticalHolders.toLocaleString('en')} hold something critical
                    </Link>,
                  ],
                  [
                    'Without owner',
                    <Link key="unowned" to="." search={{ tab: 'accounts', owner: 'NONE' }}>
                      {counts.accountsWithoutOwner.toLocaleString('en')}
                    </Link>,
                  ],
                  [
                    'Entitlements',
                    <Link key="entitlements" to="." search={{ tab: 'entitlements' }}>
                      {counts.entitlements.toLocaleString('en')}
                    </Link>,
                  ],
                  ['Grants', counts.grants.toLocaleString('en')],
                ]}
              />
            </Card>
          }
          side={
            <Card title="Details">
              <Facts
                facts={[
                  ['Owners', <Owners key="owners" owners={app.owners} />],
                  ['Last good sync', <When key="last" at={app.lastGoodSyncAt} />],
                  [
                    'Accounts belong',
                    {
                      STRICT: 'to people with the same email or user name',
                      DISPLAY_NAME: 'to people with the same email, user name or full name',
                      CUSTOM: 'to people by your own rules',
                    }[app.identityMatching],
                  ],
                ]}
              />
            </Card>
          }
        />
      )}
    </Page>
  );
}
