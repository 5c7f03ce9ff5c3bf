import type { Grant } from '@baton-ts/console-api';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { Owners } from '../../components/avatar.tsx';
import { Card, Facts } from '../../components/card.tsx';
import { Count } from '../../components/count.tsx';
import { useListAddress } from '../../components/list-address.ts';
import { type ListColumn, ListTable, useList } from '../../components/list-table.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { RiskMark } from '../../components/risk-mark.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import { When } from '../../components/when.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import classes from './entitlement-page.module.css';
import { NothingMatches } from './entitlements-tab.tsx';
import { scopeName } from './scope-name.ts';

/** Who can do this, and how come? */
export function EntitlementPage() {
  const { appId, entitlementId } = useParams({ from: '/inside/apps/$appId/entitlements/$entitlementId' });
  const [{ q = '', sort = 'account' }, change] = useListAddress();
  const entitlement = useQuery({
    queryKey: ['entitlement', entitlementId],
    queryFn: ({ signal }) =>
      call(
        'GET /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}',
        { params: { app_id: appId, app_entitlement_id: entitlementId } },
        signal,
      ),
  });
  const query = useList(['entitlement-grants', entitlementId, q, sort], (pageToken, signal) =>
    call(
      'POST /api/v1/search/grants',
      { body: { appIds: [appId], entitlementIds: [entitlementId], query: q, sort, pageSize: 50, pageToken } },
      signal,
    ),
  );
  const found = entitlement.data?.entitlement;
  const crumbs = [
    { label: 'Apps' },
    { label: found?.appDisplayName ?? 'App', link: { to: '/apps/$appId', params: { appId } } },
    { label: found?.displayName ?? 'Entitlement' },
  ] as const;
  if (found === undefined) {
    return (
      <Page title="Entitlement" crumbs={crumbs}>
        {entitlement.isError && <ErrorNote error={entitlement.error} retry={() => void entitlement.refetch()} />}
      </Page>
    );
  }
  const columns: readonly ListColumn<Grant>[] = [
    {
      id: 'account',
      title: 'Account',
      sort: 'account',
      rank: 1,
      width: '34%',
      cell: ({ account }) => (
        <TwoLines
          first={
            <Link to="/apps/$appId/accounts/$accountId" params={{ appId, accountId: account.id }}>
              {account.displayName}
            </Link>
          }
          second={account.email}
        />
      ),
    },
    { id: 'owner', title: 'Owner', cell: ({ account }) => account.owner?.displayName ?? 'No owner' },
    {
      id: 'how',
      title: 'How',
      rank: 1,
      cell: ({ isDirect, sources }) =>
        isDirect ? 'Direct' : `Through ${sources.map(({ displayName }) => displayName).join(', ')}`,
    },
    {
      id: 'since',
      title: 'Since',
      sort: 'grantedAt',
      cell: ({ sinceFirstSync, grantedAt }) => (sinceFirstSync ? 'before the first sync' : <When at={grantedAt} />),
    },
  ];
  return (
    <Page title={found.displayName} crumbs={crumbs}>
      <PageHead title={found.alias || found.displayName} aside={<RiskMark level={found.riskLevel} />}>
        {found.isUnknown
          ? 'Not in our catalogue: look it up before you approve it.'
          : found.description.replace(/ Risk: [\w ]+\.$/, '')}
      </PageHead>
      <div className={classes['facts']}>
        <Card title="Details">
          <Facts
            facts={[
              [
                'Name in the app',
                <span key="name" className="mono">
                  {scopeName(found)}
                </span>,
              ],
              ['Type', found.resourceTypeDisplayName],
              ['Owners', <Owners key="owners" owners={found.owners} />],
              ['First seen', <When key="first" at={found.firstSeenAt} />],
            ]}
          />
        </Card>
      </div>
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder="Search holders"
        right={<Count total={query.data?.pages[0]?.totalCount} word="holder" words="holders" />}
      />
      <ListTable
        label="Holders"
        columns={columns}
        query={query}
        rowKey={({ id }) => id}
        sort={sort}
        onSort={(next) => change({ sort: next })}
        empty={<NothingMatches isFiltered={q !== ''} what="holder" onClear={() => change({ q: '' })} />}
      />
    </Page>
  );
}
