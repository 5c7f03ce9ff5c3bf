import type { App } from '@baton-ts/console-api';
import { useParams } from '@tanstack/react-router';
import { Avatar } from '../../components/avatar.tsx';
import { knownOne, useListAddress } from '../../components/list-address.ts';
import { StatusLabel } from '../../components/status-label.tsx';
import { AddressTabs } from '../../components/tabs.tsx';
import { timeText } from '../../components/when.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { UnreadPage } from '../../layout/unread-page.tsx';
import { AccountsTab } from './accounts-tab.tsx';
import { ConnectorsTab } from './connectors-tab.tsx';
import { EntitlementsTab } from './entitlements-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { ResourcesTab } from './resources-tab.tsx';
import { StaleNote } from './stale-note.tsx';
import { useApp } from './use-app.ts';

const tabs = ['overview', 'entitlements', 'resources', 'accounts', 'connectors'] as const;
const tabTexts = {
  overview: 'Overview',
  entitlements: 'Entitlements',
  resources: 'Resources',
  accounts: 'Accounts',
  connectors: 'Connectors',
} as const;

/** One app: what can be done in it, and who is in. */
export function AppPage() {
  const { appId } = useParams({ from: '/inside/apps/$appId' });
  const [address] = useListAddress();
  const tab = knownOne(address.tab, tabs) ?? 'overview';
  const query = useApp(appId);
  const app = query.data?.app;
  const crumbs = appCrumbs(app, appId);
  if (app === undefined) {
    return <UnreadPage title="App" crumbs={crumbs} query={query} mark="thing" tabs={tabs.length} />;
  }
  const { counts } = app;
  const countOf = { overview: undefined, ...counts };
  return (
    <Page
      title={`${app.displayName}: ${tabTexts[tab]}`}
      crumbs={tab === 'overview' ? crumbs : [...crumbs, { label: tabTexts[tab] }]}
    >
      <PageHead
        title={app.displayName}
        mark={<Avatar name={app.displayName} kind="thing" size={40} />}
        aside={<ReadState app={app} />}
      >
        {[app.description, ownersText(app)].filter((text) => text !== '').join(' · ')}
      </PageHead>
      <AddressTabs current={tab} tabs={tabs.map((id) => ({ id, label: tabTexts[id], count: countOf[id] }))} />
      <StaleNote app={app} />
      {tab === 'overview' && <OverviewTab app={app} />}
      {tab === 'entitlements' && <EntitlementsTab app={app} />}
      {tab === 'resources' && <ResourcesTab app={app} />}
      {tab === 'accounts' && <AccountsTab app={app} />}
      {tab === 'connectors' && <ConnectorsTab app={app} />}
    </Page>
  );
}

/** Where an app is found, and its own place. */
export function appCrumbs(app: Pick<App, 'displayName' | 'kind'> | undefined, appId: string) {
  const list =
    app?.kind === 'UNMANAGED'
      ? ({ label: 'Unmanaged apps', link: { to: '/unmanaged-apps' } } as const)
      : ({ label: 'Managed apps', link: { to: '/apps' } } as const);
  const place = { label: app?.displayName ?? 'App', link: { to: '/apps/$appId', params: { appId } } } as const;
  return [{ label: 'Apps' }, list, place] as const;
}

function ReadState({ app: { syncStatus, lastGoodSyncAt } }: { readonly app: App }) {
  if (syncStatus === null) return null;
  const reason = lastGoodSyncAt === null ? '' : `read ${timeText(new Date(lastGoodSyncAt), new Date())}`;
  return <StatusLabel status={syncStatus} reason={reason} />;
}

function ownersText({ owners }: App): string {
  const names = owners.map(({ displayName }) => displayName);
  if (names.length === 0) return 'no owner';
  if (names.length > 3) return `owned by ${names.slice(0, 2).join(', ')} and ${names.length - 2} others`;
  return `owned by ${new Intl.ListFormat('en').format(names)}`;
}
