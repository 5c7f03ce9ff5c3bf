import type { Resource } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { Card, Columns, Facts } from '../../components/card.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { UnreadPage } from '../../layout/unread-page.tsx';
import classes from './account-page.module.css';
import { appCrumbs } from './app-page.tsx';
import { ChangeRecords } from './change-records.tsx';
import { EditResource } from './edit-resource.tsx';
import { OwnerList } from './owner-list.tsx';
import { profileText } from './profile-text.ts';
import { ResourceEntitlements } from './resource-entitlements.tsx';
import { seenFacts } from './seen-facts.tsx';
import { useApp, useMayChange } from './use-app.ts';

/** What a thing in the app is, and what can be held on it. */
export function ResourcePage() {
  const { appId, resourceId } = useParams({ from: '/inside/apps/$appId/resources/$resourceId' });
  const [isEditing, setEditing] = useState(false);
  const app = useApp(appId).data?.app;
  const mayChange = useMayChange(app);
  const query = useQuery({
    queryKey: ['resource', resourceId],
    queryFn: ({ signal }) =>
      call(
        'GET /api/v1/apps/{app_id}/resources/{resource_id}',
        { params: { app_id: appId, resource_id: resourceId } },
        signal,
      ),
  });
  const resource = query.data?.resource;
  const [apps, , place] = appCrumbs(app, appId);
  const name = resource === undefined ? 'Resource' : resource.customName || resource.displayName;
  const crumbs = [
    apps,
    place,
    { label: 'Resources', link: { to: '/apps/$appId', params: { appId }, search: { tab: 'resources' } } },
    { label: name },
  ] as const;
  if (resource === undefined) {
    return <UnreadPage title="Resource" crumbs={crumbs} query={query} mark="thing" />;
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
      <PageHead title={name}>
        {[resource.resourceTypeDisplayName, resource.description.replace(/ Risk: [\w ]+\.$/, '')]
          .filter((text) => text !== '')
          .join(' · ')}
      </PageHead>
      <Columns
        main={
          <>
            <ResourceEntitlements resource={resource} />
            <ChangeRecords targetId={resource.id} />
          </>
        }
        side={<Side resource={resource} />}
      />
      {isEditing && <EditResource resource={resource} onClose={() => setEditing(false)} />}
    </Page>
  );
}

function Side({ resource }: { readonly resource: Resource }) {
  const { appId, parent, owners } = resource;
  const said = Object.entries(resource.profile);
  return (
    <>
      <Card title="Details">
        <Facts
          facts={[
            ['App’s name', resource.displayName],
            [
              'App’s id',
              <span key="id" className="mono">
                {resource.externalId}
              </span>,
            ],
            [
              'Within',
              parent === null ? (
                '–'
              ) : (
                <Link
                  key="parent"
                  to="/apps/$appId/resources/$resourceId"
                  params={{ appId, resourceId: parent.id }}
                  className={classes['link']}
                >
                  {parent.displayName}
                </Link>
              ),
            ],
            ['Owners', owners.length === 0 ? '–' : <OwnerList key="owners" owners={owners} />],
            ['Grants', resource.grantCount.toLocaleString('en')],
            ...seenFacts(resource),
          ]}
        />
      </Card>
      {said.length > 0 && (
        <Card title="What the app says">
          <Facts facts={said.map(([key, value]) => [key, profileText(value)])} />
        </Card>
      )}
    </>
  );
}
