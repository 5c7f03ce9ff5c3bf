import type { Account, Grant, RiskLevel } from '@baton-ts/console-api';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { call } from '../../api/client.ts';
import { rowsOf, useList } from '../../components/list-table.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { RiskMark } from '../../components/risk-mark.tsx';
import { riskLevels } from '../../components/risk-options.tsx';
import { AccessSentence } from './access-sentence.tsx';
import classes from './account-page.module.css';
import { scopeName, titleOf, whatItAllows } from './entitlement-text.ts';
import { HeldSince, HowHeld, whereHeld } from './how-held.tsx';

/** Enough for the largest account that a person reads; others are read in the list of grants. */
const mostRead = 1000;
const newDays = 7;
const shownChips = 8;

/** What can this account do, how come, since when? Grouped by risk. */
export function EffectiveAccess({ account }: { readonly account: Account }) {
  const query = useList(['account-grants', account.id], (pageToken, signal) =>
    call(
      'POST /api/v1/search/grants',
      { body: { appIds: [account.appId], appUserIds: [account.id], sort: '-riskLevel', pageSize: 100, pageToken } },
      signal,
    ),
  );
  const grants = rowsOf(query.data);
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = query;
  const mayReadMore = hasNextPage && grants.length < mostRead;
  useEffect(() => {
    if (mayReadMore && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [mayReadMore, isFetchingNextPage, isError, fetchNextPage]);
  if (query.isError) return <ErrorNote error={query.error} retry={() => void query.refetch()} />;
  if (query.isPending || mayReadMore) return <div className={classes['wait']} aria-hidden />;
  if (grants.length === 0) {
    return <p className={classes['sentence']}>This account can do nothing that the app tells of.</p>;
  }
  return (
    <>
      <AccessSentence account={account} grants={grants} />
      {riskLevels.map((level) => (
        <RiskGroup
          key={level}
          level={level}
          account={account}
          grants={grants.filter(({ entitlement }) => entitlement.riskLevel === level)}
        />
      ))}
      {hasNextPage && (
        <p>
          These are the {mostRead.toLocaleString('en')} riskiest.{' '}
          <Link to="." search={{ tab: 'grants' }} className={classes['link']}>
            All grants
          </Link>
        </p>
      )}
    </>
  );
}

interface GroupProps {
  readonly level: RiskLevel;
  readonly account: Account;
  readonly grants: readonly Grant[];
}

function RiskGroup({ level, account, grants }: GroupProps) {
  if (grants.length === 0) return null;
  const news = grants.filter(isNew).length;
  const isRisky = level === 'CRITICAL' || level === 'HIGH';
  return (
    <section className={classes['group']}>
      <header>
        <h2>
          <RiskMark level={level} />
        </h2>
        <span className={classes['count']}>{grants.length.toLocaleString('en')}</span>
        {news > 0 && (
          <span className={classes['aside']}>
            {news} new in {newDays} days
          </span>
        )}
      </header>
      {isRisky ? <Rows account={account} grants={grants} /> : <Chips account={account} grants={grants} />}
    </section>
  );
}

/** What others are held through comes first. */
function Rows({ account, grants }: Omit<GroupProps, 'level'>) {
  const sorted = grants.toSorted((a, b) => Number(b.isDirect) - Number(a.isDirect));
  return (
    <ul>
      {sorted.map((grant) => (
        <li key={grant.id}>
          <div>
            <Link
              to="/apps/$appId/entitlements/$entitlementId"
              params={{ appId: account.appId, entitlementId: grant.entitlement.id }}
              className={classes['name']}
            >
              <bdi>{titleOf(grant.entitlement)}</bdi>
            </Link>
            {isNew(grant) && <span className={classes['new']}>New</span>}
            <span className="mono">{scopeName(grant.entitlement)}</span>
            <p dir="auto">{whatItAllows(grant.entitlement)}</p>
          </div>
          <div className={classes['how']}>
            <HowHeld appId={account.appId} grant={grant} />
            <small>
              {whereHeld(grant) !== '' && <>{whereHeld(grant)} · </>}
              Since <HeldSince grant={grant} />
            </small>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Chips({ account, grants }: Omit<GroupProps, 'level'>) {
  const [isOpen, setOpen] = useState(false);
  const left = grants.length - shownChips;
  const shown = isOpen || left < 2 ? grants : grants.slice(0, shownChips);
  return (
    <ul className={classes['chips']}>
      {shown.map(({ id, entitlement }) => (
        <li key={id}>
          <Link
            to="/apps/$appId/entitlements/$entitlementId"
            params={{ appId: account.appId, entitlementId: entitlement.id }}
            title={whatItAllows(entitlement)}
          >
            <bdi>{titleOf(entitlement)}</bdi>
          </Link>
        </li>
      ))}
      {shown.length < grants.length && (
        <li>
          <button type="button" onClick={() => setOpen(true)}>
            {left} more
          </button>
        </li>
      )}
    </ul>
  );
}

function isNew({ sinceFirstSync, grantedAt }: Grant): boolean {
  return !sinceFirstSync && Date.now() - Date.parse(grantedAt) < newDays * 86_400_000;
}
