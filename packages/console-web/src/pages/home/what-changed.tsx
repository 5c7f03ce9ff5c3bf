import type { EndpointResponse, RiskLevel } from '@baton-ts/console-api';
import { Link } from '@tanstack/react-router';
import { Card } from '../../components/card.tsx';
import { RiskMark } from '../../components/risk-mark.tsx';
import { riskLevels } from '../../components/risk-options.tsx';
import { When } from '../../components/when.tsx';
import classes from './home-page.module.css';

type Changes = EndpointResponse<'GET /api/v1/home'>['recentChanges'];

/** What was given and taken, the newest first. A change is neither good nor bad: the risk beside it has the colour. */
export function WhatChanged({
  changes,
  feedOf,
}: {
  readonly changes: Changes;
  /** The app whose page has all of them, where there is one. */
  readonly feedOf: string | undefined;
}) {
  return (
    <Card
      title="What changed"
      action={
        feedOf !== undefined && changes.length > 0 ? (
          <Link to="/apps/$appId" params={{ appId: feedOf }} className={classes['more']}>
            Grant feed
          </Link>
        ) : undefined
      }
    >
      {changes.length === 0 ? (
        <p className={classes['quiet']}>Nothing was given or taken since the first sync.</p>
      ) : (
        <ul className={classes['rows']}>
          {changes.map((change) => (
            <li
              key={`${change.at} ${change.eventType} ${change.accountId} ${change.entitlementId}`}
              className={classes['change']}
            >
              <span className={classes['sign']} data-added={change.eventType === 'ADDED'} aria-hidden>
                {change.eventType === 'ADDED' ? '+' : '−'}
              </span>
              <span className={classes['words']}>
                <span>
                  <Link
                    to="/apps/$appId/accounts/$accountId"
                    params={{ appId: change.appId, accountId: change.accountId }}
                  >
                    <bdi>{change.accountName}</bdi>
                  </Link>{' '}
                  {change.eventType === 'ADDED' ? 'got' : 'no longer has'}{' '}
                  <Link
                    to="/apps/$appId/entitlements/$entitlementId"
                    params={{ appId: change.appId, entitlementId: change.entitlementId }}
                  >
                    <bdi>{change.entitlementName}</bdi>
                  </Link>
                </span>
                <small>
                  <bdi>{change.appName}</bdi> · seen by a sync
                </small>
              </span>
              <span className={classes['risk']}>
                <RiskMark level={riskOf(change.risk)} />
              </span>
              <span className={classes['when']}>
                <When at={change.at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function riskOf(word: string): RiskLevel {
  return riskLevels.find((level) => level === word) ?? 'UNRATED';
}
