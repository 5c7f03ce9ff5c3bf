import type { EndpointResponse } from '@baton-ts/console-api';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Card } from '../../components/card.tsx';
import { RiskMark } from '../../components/risk-mark.tsx';
import { When } from '../../components/when.tsx';
import classes from './home-page.module.css';

type Since = NonNullable<EndpointResponse<'GET /api/v1/home'>['sinceYouLeft']>;
type Some = Pick<Since['newAccounts'], 'count' | 'isLowerBound'>;

/** What came since the visit before this one: access that matters first, then who is new, then what could not be read. */
export function SinceYouLeft({
  since: { leftAt, newAccounts, criticalGrants, failedSyncs },
}: {
  readonly since: Since;
}) {
  if (newAccounts.count + criticalGrants.count + failedSyncs.count === 0) return null;
  return (
    <Card
      title="Since you left"
      action={
        <span className={classes['of']}>
          <When at={leftAt} />
        </span>
      }
    >
      <ul className={classes['rows']}>
        {criticalGrants.list.map((grant) => (
          <Row
            key={`${grant.at} ${grant.accountId} ${grant.entitlementId}`}
            sign={<Sign />}
            at={grant.at}
            risk={<RiskMark level="CRITICAL" />}
            second={<bdi>{grant.appName}</bdi>}
          >
            <AccountLink {...grant} /> got{' '}
            <Link
              to="/apps/$appId/entitlements/$entitlementId"
              params={{ appId: grant.appId, entitlementId: grant.entitlementId }}
            >
              <bdi>{grant.entitlementName}</bdi>
            </Link>
          </Row>
        ))}
        <More of={criticalGrants} shown={criticalGrants.list.length} word="critical grant" />
        {newAccounts.list.map((account) => (
          <Row key={account.accountId} sign={<Sign />} at={account.at} second={<bdi>{account.appName}</bdi>}>
            <AccountLink {...account} /> is new
          </Row>
        ))}
        <More of={newAccounts} shown={newAccounts.list.length} word="new account" />
        {failedSyncs.list.map(({ at, appId, connectorId, connectorName, reason }) => (
          <Row
            key={`${at} ${connectorId}`}
            sign={<IconAlertTriangle size={16} stroke={1.6} aria-hidden />}
            at={at}
            second={<span dir="auto">{reason}</span>}
          >
            A sync of{' '}
            <Link to="/apps/$appId/connectors/$connectorId" params={{ appId, connectorId }}>
              <bdi>{connectorName}</bdi>
            </Link>{' '}
            failed
          </Row>
        ))}
        <More of={failedSyncs} shown={failedSyncs.list.length} word="failed sync" />
      </ul>
    </Card>
  );
}

/** The same in one sentence. */
export function sinceText({ newAccounts, criticalGrants, failedSyncs }: Since): string {
  const parts = [
    [criticalGrants, 'new critical grant'],
    [newAccounts, 'new account'],
    [failedSyncs, 'failed sync'],
  ] as const;
  const said = parts.filter(([{ count }]) => count > 0).map(([some, word]) => numberOf(some, word));
  const last = said.pop();
  if (last === undefined) return 'Nothing new came since you left.';
  return `Since you left: ${said.length === 0 ? last : `${said.join(', ')} and ${last}`}.`;
}

function numberOf({ count, isLowerBound }: Some, word: string): string {
  const number = `${isLowerBound ? 'more than ' : ''}${count.toLocaleString('en')}`;
  return `${number} ${word}${count === 1 && !isLowerBound ? '' : 's'}`;
}

function Row({
  sign,
  at,
  risk,
  second,
  children,
}: {
  readonly sign: ReactNode;
  readonly at: string;
  readonly risk?: ReactNode;
  readonly second: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <li className={classes['change']}>
      {sign}
      <span className={classes['words']}>
        <span>{children}</span>
        <small>{second}</small>
      </span>
      <span className={classes['risk']}>{risk}</span>
      <span className={classes['when']}>
        <When at={at} />
      </span>
    </li>
  );
}

function AccountLink({
  appId,
  accountId,
  accountName,
}: {
  readonly appId: string;
  readonly accountId: string;
  readonly accountName: string;
}) {
  return (
    <Link to="/apps/$appId/accounts/$accountId" params={{ appId, accountId }}>
      <bdi>{accountName}</bdi>
    </Link>
  );
}

function Sign() {
  return (
    <span className={classes['sign']} data-added aria-hidden>
      +
    </span>
  );
}

/** How many are not named. */
function More({
  of: { count, isLowerBound },
  shown,
  word,
}: {
  readonly of: Some;
  readonly shown: number;
  readonly word: string;
}) {
  const left = count - shown;
  if (left <= 0) return null;
  return <li className={classes['left']}>and {numberOf({ count: left, isLowerBound }, word)} besides</li>;
}
