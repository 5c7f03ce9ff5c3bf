import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { Card, Facts } from '../../components/card.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { When } from '../../components/when.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import classes from './entitlement-page.module.css';

export function ResourcePage() {
  const { appId, resourceId } = useParams({ from: '/inside/apps/$appId/resources/$resourceId' });
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
  const name = resource === undefined ? 'Resource' : resource.customName || resource.displayName;
  return (
    <Page
      title={name}
      crumbs={[
        { label: 'Apps' },
        { label: 'App', link: { to: '/apps/$appId', params: { appId }, search: { tab: 'resources' } } },
        { label: name },
      ]}
    >
      {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {resource !== undefined && (
        <>
          <PageHead title={name}>{resource.description}</PageHead>
          <div className={classes['facts']}>
            <Card title="Details">
              <Facts
                facts={[
                  ['Type', resource.resourceTypeDisplayName],
                  [
                    'Id in the app',
                    <span key="id" className="mono">
                      {resource.externalId}
                    </span>,
                  ],
                  ['Within', resource.parent?.displayName ?? '–'],
                  ['Entitlements', resource.entitlementCount.toLocaleString('en')],
                  ['Grants', resource.grantCount.toLocaleString('en')],
                  ['First seen', <When key="first" at={resource.firstSeenAt} />],
                  ['Last seen', <When key="last" at={resource.lastSeenAt} />],
                ]}
              />
            </Card>
          </div>
        </>
      )}
    </Page>
  );
}
