import type { Account, Grant, RiskLevel } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { AccountStatus } from '../../components/account-status.tsx';
import { Avatar } from '../../components/avatar.tsx';
import { Card, Columns, Facts } from '../../components/card.tsx';
import { rowsOf, useList } from '../../components/list-table.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { PersonPicker } from '../../components/person-picker.tsx';
import { RiskMark } from '../../components/risk-mark.tsx';
import { riskLevels } from '../../components/risk-options.tsx';
import { When } from '../../components/when.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import classes from './account-page.module.css';
import { typeTexts } from './accounts-tab.tsx';

/** What can this account do, how come, since when? */
export function AccountPage() {
  const { appId, accountId } = useParams({ from: '/inside/apps/$appId/accounts/$accountId' });
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
  const crumbs = [
    { label: 'Apps' },
    { label: account?.appDisplayName ?? 'App', link: { to: '/apps/$appId', params: { appId } } },
    { label: account?.displayName ?? 'Account' },
  ] as const;
  if (account === undefined) {
    return (
      <Page title="Account" crumbs={crumbs}>
        {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      </Page>
    );
  }
  return (
    <Page title={account.displayName} crumbs={crumbs}>
      <PageHead
        title={account.displayName}
        mark={<Avatar name={account.displayName} kind={account.type === 'USER' ? 'person' : 'thing'} size={40} />}
        aside={<AccountStatus account={account} />}
      >
        {[account.username, account.email === account.username ? '' : account.email]
          .filter((text) => text !== '')
          .join(' · ')}
      </PageHead>
      <Columns main={<EffectiveAccess account={account} />} side={<Side account={account} />} />
    </Page>
  );
}

function EffectiveAccess({ account }: { readonly account: Account }) {
  const query = useList(['account-grants', account.id], (pageToken, signal) =>
    call(
      'POST /api/v1/search/grants',
      { body: { appIds: [account.appId], appUserIds: [account.id], sort: '-riskLevel', pageSize: 100, pageToken } },
      signal,
    ),
  );
  const grants = rowsOf(query.data);
  return (
    <>
      {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && grants.length === 0 && <p>This account can do nothing that the app tells of.</p>}
      {riskLevels.map((level) => (
        <RiskGroup
          key={level}
          level={level}
          grants={grants.filter(({ entitlement }) => entitlement.riskLevel === level)}
        />
      ))}
      {query.hasNextPage && (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more permissions
        </Button>
      )}
    </>
  );
}

function RiskGroup({ level, grants }: { readonly level: RiskLevel; readonly grants: readonly Grant[] }) {
  if (grants.length === 0) return null;
  return (
    <section className={classes['group']}>
      <h2>
        <RiskMark level={level} /> <span>{grants.length}</span>
      </h2>
      <ul>
        {grants.map((grant) => (
          <li key={grant.id}>
            <div>
              <strong dir="auto">{grant.entitlement.alias || grant.entitlement.displayName}</strong>{' '}
              <span className="mono">
                {grant.entitlement.slug === 'assigned' ? grant.entitlement.resourceDisplayName : grant.entitlement.slug}
              </span>
              <p dir="auto">
                {grant.entitlement.isUnknown
                  ? 'Not in our catalogue.'
                  : grant.entitlement.description.replace(/ Risk: [\w ]+\.$/, '')}
              </p>
            </div>
            <div className={classes['how']}>
              {grant.isDirect ? 'Direct' : `Through ${grant.sources.map(({ displayName }) => displayName).join(', ')}`}
              <small>
                {grant.sinceFirstSync ? (
                  'Since before the first sync'
                ) : (
                  <>
                    Since <When at={grant.grantedAt} />
                  </>
                )}
              </small>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

const ownerSources: Readonly<Record<Account['ownerSource'], string>> = {
  EMAIL: 'matched by email',
  USERNAME: 'matched by user name',
  NAME: 'matched by name',
  CUSTOM: 'matched by your rules',
  MANUAL: 'set by hand',
  CLEARED: 'cleared by hand',
  NONE: 'nobody matches',
};

function Side({ account }: { readonly account: Account }) {
  const may = useMay('apps.manage');
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (body: { readonly ownerId?: string | null; readonly resetOwner?: true }) =>
      call('POST /api/v1/apps/{app_id}/app_users/{app_user_id}', {
        params: { app_id: account.appId, app_user_id: account.id },
        body,
      }),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <>
      <Card title="Owner of this account">
        {account.type === 'USER' ? (
          <>
            <p className={classes['owner']}>
              {account.owner === null ? 'No owner' : account.owner.displayName} · {ownerSources[account.ownerSource]}
            </p>
            {may && (
              <>
                <PersonPicker
                  label="Set the owner"
                  people={account.ownerSource === 'MANUAL' && account.owner !== null ? [account.owner] : []}
                  onChange={(people) => change.mutate({ ownerId: people.at(-1)?.id ?? null })}
                />
                {(account.ownerSource === 'MANUAL' || account.ownerSource === 'CLEARED') && (
                  <Button size="sm" variant="subtle" onClick={() => change.mutate({ resetOwner: true })}>
                    Match by the rules again
                  </Button>
                )}
              </>
            )}
            {change.isError && <ErrorNote error={change.error} />}
          </>
        ) : (
          <p className={classes['owner']}>Service and system accounts are not matched to people.</p>
        )}
      </Card>
      <Card title="At a glance">
        <Facts
          facts={[
            ['Type', typeTexts[account.type]],
            ['Roles', account.roles.join(', ') || 'None'],
            ['Permissions', account.grantCount.toLocaleString('en')],
            ['External', account.isExternal ? 'Yes: the address is outside the company' : 'No'],
            ['First seen', <When key="first" at={account.firstSeenAt} />],
            ['Last seen', <When key="last" at={account.lastSeenAt} />],
          ]}
        />
      </Card>
      <Card title="What the app says">
        <Facts facts={Object.entries(account.profile).map(([name, value]) => [name, textOf(value)])} />
      </Card>
      <Link to="/apps/$appId" params={{ appId: account.appId }} search={{ tab: 'accounts' }}>
        All accounts of {account.appDisplayName}
      </Link>
    </>
  );
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '–' : value;
  return typeof value === 'boolean' ? (value ? 'Yes' : 'No') : JSON.stringify(value);
}
