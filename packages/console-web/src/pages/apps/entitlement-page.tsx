import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { knownOne, useListAddress } from '../../components/list-address.ts';
import { RiskMark } from '../../components/risk-mark.tsx';
import { AddressTabs } from '../../components/tabs.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { UnreadPage } from '../../layout/unread-page.tsx';
import { appCrumbs } from './app-page.tsx';
import { EditEntitlement } from './edit-entitlement.tsx';
import { EntitlementDetails } from './entitlement-details.tsx';
import { scopeName, titleOf, whatItAllows } from './entitlement-text.ts';
import { GrantsList } from './grants-list.tsx';
import { PastGrantsList } from './past-grants-list.tsx';
import { useApp, useMayChange } from './use-app.ts';
import { usePastCount } from './use-grant-counts.ts';

const tabs = ['holders', 'past', 'details'] as const;

/** Who can do this, how come, and who no longer can? */
export function EntitlementPage() {
  const { appId, entitlementId } = useParams({ from: '/inside/apps/$appId/entitlements/$entitlementId' });
  const [address] = useListAddress();
  const tab = knownOne(address.tab, tabs) ?? 'holders';
  const [isEditing, setEditing] = useState(false);
  const app = useApp(appId).data?.app;
  const mayChange = useMayChange(app);
  const past = usePastCount(appId, { entitlementIds: [entitlementId] });
  const query = useQuery({
    queryKey: ['entitlement', entitlementId],
    queryFn: ({ signal }) =>
      call(
        'GET /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}',
        { params: { app_id: appId, app_entitlement_id: entitlementId } },
        signal,
      ),
  });
  const entitlement = query.data?.entitlement;
  const [apps, , place] = appCrumbs(app, appId);
  const name = entitlement === undefined ? 'Entitlement' : titleOf(entitlement);
  const crumbs = [
    apps,
    { ...place, label: entitlement?.appDisplayName ?? place.label },
    { label: 'Entitlements', link: { to: '/apps/$appId', params: { appId }, search: { tab: 'entitlements' } } },
    { label: name },
  ] as const;
  if (entitlement === undefined) {
    return <UnreadPage title="Entitlement" crumbs={crumbs} query={query} tabs={tabs.length} />;
  }
  return (
    <Page
      title={name}
      crumbs={crumbs}
      actions={
        mayChange && (
          <Button variant="default" size="sm" onClick={() => setEditing(true)}>
            Edit
          </Button>
        )
      }
    >
      <PageHead title={name} aside={<RiskMark level={entitlement.riskLevel} />}>
        <span dir="auto">{whatItAllows(entitlement)}</span>
        <br />
        <span className="mono">{scopeName(entitlement)}</span> · on{' '}
        <Link to="/apps/$appId/resources/$resourceId" params={{ appId, resourceId: entitlement.resourceId }}>
          <bdi>{entitlement.resourceDisplayName}</bdi>
        </Link>
        {entitlement.removedAt !== null && ' · no longer in the app'}
      </PageHead>
      <AddressTabs
        current={tab}
        tabs={[
          { id: 'holders', label: 'Holders', count: entitlement.grantCount },
          { id: 'past', label: 'Past holders', count: past },
          { id: 'details', label: 'Details and history' },
        ]}
      />
      {tab === 'holders' && (
        <GrantsList
          appId={appId}
          of="entitlement"
          id={entitlement.id}
          all={entitlement.grantCount}
          name={`${entitlement.appDisplayName} holders of ${name}`}
        />
      )}
      {tab === 'past' && <PastGrantsList appId={appId} of="entitlement" id={entitlement.id} />}
      {tab === 'details' && <EntitlementDetails entitlement={entitlement} />}
      {isEditing && <EditEntitlement entitlement={entitlement} onClose={() => setEditing(false)} />}
    </Page>
  );
}
