import type { App } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Owners } from '../../components/avatar.tsx';
import { Card, Columns, Facts } from '../../components/card.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import type { ListAddress } from '../../components/list-address.ts';
import { RiskMark } from '../../components/risk-mark.tsx';
import { When } from '../../components/when.tsx';
import { DeleteApp } from './delete-app.tsx';
import { EditApp, matchingTexts } from './edit-app.tsx';
import { GrantFeed } from './grant-feed.tsx';
import classes from './overview-tab.module.css';
import { useMayChange } from './use-app.ts';

/** What deserves attention in the app, what changed, and whose it is. */
export function OverviewTab({ app }: { readonly app: App }) {
  const mayChange = useMayChange(app);
  const [open, setOpen] = useState<'edit' | 'delete' | null>(null);
  const { counts } = app;
  return (
    <div className={classes['overview']}>
      <Columns
        main={
          <>
            <div className={classes['figures']}>
              <Figure appId={app.id} search={{ tab: 'accounts' }} count={counts.accounts}>
                accounts
              </Figure>
              <Figure appId={app.id} search={{ tab: 'accounts', risk: ['CRITICAL'] }} count={counts.criticalHolders}>
                <RiskMark level="CRITICAL" word={false} /> hold something critical
              </Figure>
              <Figure appId={app.id} search={{ tab: 'accounts', owner: 'NONE' }} count={counts.accountsWithoutOwner}>
                belong to nobody
              </Figure>
              <Figure appId={app.id} search={{ tab: 'entitlements' }} count={counts.entitlements}>
                entitlements
              </Figure>
            </div>
            {counts.connectors === 0 && (
              <Card title="No connector feeds this app">
                <EmptyState title="Nothing is read yet">
                  Add a connector under Integrations, and choose this app in its second step.
                </EmptyState>
              </Card>
            )}
            <Card title="What changed">
              <GrantFeed appId={app.id} />
            </Card>
          </>
        }
        side={
          <Card
            title="Details"
            action={
              mayChange && (
                <Button variant="subtle" size="sm" onClick={() => setOpen('edit')}>
                  Edit
                </Button>
              )
            }
          >
            <Facts
              facts={[
                ['Description', app.description || '–'],
                ['Owners', <AllOwners key="owners" app={app} />],
                ['Matched by', matchingTexts[app.identityMatching]],
                ['Grants', counts.grants.toLocaleString('en')],
                ['Last read', <When key="last" at={app.lastGoodSyncAt} />],
                ['Added', <When key="added" at={app.createdAt} />],
              ]}
            />
            {mayChange && counts.connectors === 0 && (
              <Button variant="default" color="danger" size="sm" mt="lg" onClick={() => setOpen('delete')}>
                Delete app
              </Button>
            )}
          </Card>
        }
      />
      {open === 'edit' && <EditApp app={app} onClose={() => setOpen(null)} />}
      {open === 'delete' && <DeleteApp app={app} onClose={() => setOpen(null)} />}
    </div>
  );
}

function Figure({
  appId,
  search,
  count,
  children,
}: {
  readonly appId: string;
  readonly search: ListAddress;
  readonly count: number;
  readonly children: ReactNode;
}) {
  return (
    <Link to="/apps/$appId" params={{ appId }} search={search} className={classes['figure']}>
      <strong>{count.toLocaleString('en')}</strong>
      <span>{children}</span>
    </Link>
  );
}

function AllOwners({ app: { owners } }: { readonly app: App }) {
  if (owners.length === 0) return <Owners owners={owners} />;
  return (
    <span className={classes['owners']}>
      {owners.map((owner) => (
        <Owners key={owner.id} owners={[owner]} />
      ))}
    </span>
  );
}
