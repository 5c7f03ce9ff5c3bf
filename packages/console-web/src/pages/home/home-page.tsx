import type { RiskLevel } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Card, Columns } from '../../components/card.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { RiskMark } from '../../components/risk-mark.tsx';
import { riskLevels } from '../../components/risk-options.tsx';
import { When } from '../../components/when.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import classes from './home-page.module.css';

/** What needs me, what changed, how risky is it? */
export function HomePage() {
  const mayRead = useMay('apps.read');
  const mayAdd = useMay('connectors.manage');
  const query = useQuery({
    queryKey: ['home'],
    queryFn: ({ signal }) => call('GET /api/v1/home', {}, signal),
    enabled: mayRead,
  });
  const home = query.data;
  return (
    <Page title="Home" crumbs={[{ label: 'Home' }]}>
      <PageHead title="Home" />
      {!mayRead && (
        <EmptyState title="Nothing waits for you">Requests and reviews that need you will be here.</EmptyState>
      )}
      {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {home !== undefined && home.apps === 0 && (
        <EmptyState
          title="Connect the first app"
          action={
            mayAdd ? (
              <Button component={Link} to="/connectors/add" size="lg">
                Add connector
              </Button>
            ) : undefined
          }
        >
          Paste a SendGrid API key; about a minute later you see every account and what each can do.
        </EmptyState>
      )}
      {home !== undefined && home.apps > 0 && (
        <Columns
          main={
            <>
              {home.connectorsNeedingAttention.length > 0 && (
                <Card title="Needs attention">
                  <ul className={classes['list']}>
                    {home.connectorsNeedingAttention.map((connector) => (
                      <li key={connector.connectorId}>
                        <Link
                          to="/apps/$appId/connectors/$connectorId"
                          params={{ appId: connector.appId, connectorId: connector.connectorId }}
                        >
                          {connector.displayName}
                        </Link>
                        <span dir="auto">{connector.reason}</span>
                      </li>
                    ))}
                  </ul>
                </Card>
              )}
              <Card title="What changed">
                {home.recentChanges.length === 0 ? (
                  <p className={classes['quiet']}>Nothing since the first sync.</p>
                ) : (
                  <ul className={classes['list']}>
                    {home.recentChanges.map((change) => (
                      <li key={`${change.at} ${change.eventType} ${change.accountId} ${change.entitlementId}`}>
                        <span className={classes['sign']} aria-hidden>
                          {change.eventType === 'ADDED' ? '+' : '−'}
                        </span>
                        <span>
                          <Link
                            to="/apps/$appId/accounts/$accountId"
                            params={{ appId: change.appId, accountId: change.accountId }}
                          >
                            {change.accountName}
                          </Link>{' '}
                          {change.eventType === 'ADDED' ? 'got' : 'lost'}{' '}
                          <Link
                            to="/apps/$appId/entitlements/$entitlementId"
                            params={{ appId: change.appId, entitlementId: change.entitlementId }}
                          >
                            {change.entitlementName}
                          </Link>
                        </span>
                        <span className={classes['quiet']}>
                          {riskOf(change.risk) !== undefined && <RiskMark level={riskOf(change.risk) ?? 'UNRATED'} />}{' '}
                          <When at={change.at} />
                        </span>
                      </li>
                    ))}
                  </ul>
                )}
              </Card>
            </>
          }
          side={
            <>
              <Card title="Accounts by highest risk">
                <ul className={classes['list']}>
                  {riskLevels.map((level) => (
                    <li key={level}>
                      <RiskMark level={level} />
                      <span className="number">{home.risk[level].toLocaleString('en')}</span>
                    </li>
                  ))}
                </ul>
              </Card>
              <Card title="Worth a look">
                <ul className={classes['list']}>
                  <li>
                    Accounts <span className="number">{home.accounts.toLocaleString('en')}</span>
                  </li>
                  <li>
                    Without owner <span className="number">{home.accountsWithoutOwner.toLocaleString('en')}</span>
                  </li>
                  <li>
                    From outside the company{' '}
                    <span className="number">{home.externalAccounts.toLocaleString('en')}</span>
                  </li>
                  <li>
                    Pending invitations <span className="number">{home.pendingInvitations.toLocaleString('en')}</span>
                  </li>
                </ul>
              </Card>
            </>
          }
        />
      )}
    </Page>
  );
}

function riskOf(word: string): RiskLevel | undefined {
  return riskLevels.find((level) => level === word);
}
