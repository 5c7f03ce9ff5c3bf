import type { App } from '@baton-ts/console-api';
import { Button, Select } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { useMayForAll, useSeesApps, useSession } from '../../api/session.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { useListAddress } from '../../components/list-address.ts';
import { ErrorNote } from '../../components/note.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { OwnAccounts } from '../my-accounts/own-accounts.tsx';
import classes from './home-page.module.css';
import { NeedsYou } from './needs-you.tsx';
import { RiskAtAGlance } from './risk-at-a-glance.tsx';
import { SinceYouLeft, sinceText } from './since-you-left.tsx';
import { WhatChanged } from './what-changed.tsx';
import { WorthALook } from './worth-a-look.tsx';

const MOST_APPS = 100;

/** What needs me, what changed, how risky is it? */
export function HomePage() {
  const session = useSession();
  const mayRead = useSeesApps();
  const mayAdd = useMayForAll('connectors.manage');
  const home = useQuery({
    queryKey: ['home'],
    queryFn: ({ signal }) => call('GET /api/v1/home', {}, signal),
    enabled: mayRead,
  });
  const apps = useQuery({
    queryKey: ['home-apps'],
    queryFn: ({ signal }) => call('POST /api/v1/search/apps', { body: { pageSize: MOST_APPS } }, signal),
    enabled: mayRead,
  });
  const needs = home.data?.connectorsNeedingAttention ?? [];
  const since = home.data?.sinceYouLeft ?? null;
  const [app, choice] = useChosenApp(apps.data?.list ?? []);
  return (
    <Page title="Home" crumbs={[{ label: 'Home' }]}>
      <PageHead title={`${greeting(new Date().getHours())}, ${firstName(session?.user.displayName ?? '')}`}>
        {!mayRead && 'Nothing needs you. These are your accounts in the company’s apps.'}
        {home.data !== undefined && needsText(needs.length)}
        {since !== null && ` ${sinceText(since)}`}
      </PageHead>
      {!mayRead && (
        <div className={classes['wide']}>
          <OwnAccounts title="My accounts" />
        </div>
      )}
      {home.isError && (
        <div className={classes['wide']}>
          <ErrorNote error={home.error} retry={() => void home.refetch()} />
        </div>
      )}
      {home.data?.apps === 0 && !mayAdd && (
        <>
          {needs.length > 0 && (
            <div className={classes['wide']}>
              <NeedsYou connectors={needs} />
            </div>
          )}
          <EmptyState title="No app is yours yet">
            An app is here as soon as a connector brings it in and you may look into it.
          </EmptyState>
        </>
      )}
      {home.data?.apps === 0 && mayAdd && (
        <EmptyState
          title="Connect your first app"
          action={
            <Button
              component={Link}
              to="/connectors/add"
              size="lg"
              leftSection={<IconPlus size={16} stroke={1.6} aria-hidden />}
            >
              Add connector
            </Button>
          }
        >
          Paste a SendGrid API key and, about a minute later, see every teammate, what each of them can do, and what
          deserves a look.
        </EmptyState>
      )}
      {home.data !== undefined && home.data.apps > 0 && (
        <div className={classes['columns']}>
          <div>
            {needs.length > 0 && <NeedsYou connectors={needs} />}
            {since !== null && <SinceYouLeft since={since} />}
            <WhatChanged changes={home.data.recentChanges} feedOf={home.data.apps === 1 ? app?.id : undefined} />
          </div>
          <aside aria-label="Risk">
            {app !== undefined && (
              <>
                <RiskAtAGlance app={app} choice={choice} />
                <WorthALook app={app} connectors={needs} />
              </>
            )}
          </aside>
        </div>
      )}
    </Page>
  );
}

/** The numbers are those of one app, since each opens a list of that app. */
function useChosenApp(apps: readonly App[]) {
  const [{ view }, change] = useListAddress();
  const app = apps.find(({ id }) => id === view) ?? apps[0];
  const choice =
    apps.length < 2 ? (
      <span dir="auto">{app?.displayName}</span>
    ) : (
      <Select
        size="xs"
        w={160}
        aria-label="App"
        data={apps.map(({ id, displayName }) => ({ value: id, label: displayName }))}
        value={app?.id ?? null}
        onChange={(id) => change({ view: id ?? '' })}
        allowDeselect={false}
      />
    );
  return [app, choice] as const;
}

function greeting(hour: number): string {
  return hour < 5 || hour >= 18 ? 'Good evening' : hour < 12 ? 'Good morning' : 'Good afternoon';
}

function firstName(name: string): string {
  return name.split(/\s+/)[0] ?? name;
}

function needsText(count: number): string {
  if (count === 0) return 'Nothing needs you.';
  return count === 1 ? '1 connector needs attention.' : `${count} connectors need attention.`;
}
