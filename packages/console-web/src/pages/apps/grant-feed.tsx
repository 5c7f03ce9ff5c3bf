import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { rowsOf, useList } from '../../components/list-table.tsx';
import { LoadMore } from '../../components/load-more.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { RiskMark } from '../../components/risk-mark.tsx';
import { When } from '../../components/when.tsx';
import classes from './grant-feed.module.css';
import { SyncLink } from './how-held.tsx';

/** What was given and taken since the first sync, the newest first. */
export function GrantFeed({
  appId,
  accountId,
  entitlementId,
}: {
  readonly appId: string;
  readonly accountId?: string;
  readonly entitlementId?: string;
}) {
  const which = {
    appIds: [appId],
    appUserIds: accountId === undefined ? [] : [accountId],
    entitlementIds: entitlementId === undefined ? [] : [entitlementId],
  };
  const query = useList(['feed', which], (pageToken, signal) =>
    call('POST /api/v1/grants/feed', { body: { ...which, pageSize: 20, pageToken } }, signal),
  );
  const events = rowsOf(query.data);
  return (
    <>
      {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && events.length === 0 && (
        <p className={classes['quiet']}>Nothing was given or taken since the first sync.</p>
      )}
      <ul className={classes['feed']}>
        {events.map(({ at, eventType, account, entitlement, connectorId, syncId }) => (
          <li key={`${at} ${eventType} ${account.id} ${entitlement.id}`}>
            <span className={classes['sign']} data-added={eventType === 'ADDED'} aria-hidden>
              {eventType === 'ADDED' ? '+' : '−'}
            </span>
            <span className={classes['words']}>
              {accountId === undefined && (
                <>
                  <Link to="/apps/$appId/accounts/$accountId" params={{ appId, accountId: account.id }}>
                    <bdi>{account.displayName}</bdi>
                  </Link>{' '}
                  {eventType === 'ADDED' ? 'got' : 'lost'}{' '}
                </>
              )}
              {accountId !== undefined && (eventType === 'ADDED' ? 'Got ' : 'Lost ')}
              {entitlementId === undefined ? (
                <Link to="/apps/$appId/entitlements/$entitlementId" params={{ appId, entitlementId: entitlement.id }}>
                  <bdi>{entitlement.displayName}</bdi>
                </Link>
              ) : (
                'this'
              )}
              <small>
                <When at={at} /> · found by{' '}
                <SyncLink appId={appId} connectorId={connectorId} syncId={syncId}>
                  a sync
                </SyncLink>
              </small>
            </span>
            {entitlementId === undefined && <RiskMark level={entitlement.riskLevel} />}
          </li>
        ))}
      </ul>
      <LoadMore query={query}>Show older</LoadMore>
    </>
  );
}
