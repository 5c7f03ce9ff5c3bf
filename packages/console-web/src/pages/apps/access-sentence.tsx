import type { Account, Grant } from '@baton-ts/console-api';
import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { call } from '../../api/client.ts';
import { listed, phrases } from './access-phrases.ts';
import classes from './account-page.module.css';
import { firstName } from './first-name.ts';

const mostNamed = 2;
const mostAlso = 2;
const mostOut = 2;

/** What an account can do in one sentence: the worst first, then what else, then what is out of reach. */
export function AccessSentence({ account, grants }: { readonly account: Account; readonly grants: readonly Grant[] }) {
  const critical = useQuery({
    queryKey: ['entitlements', 'critical', account.appId],
    queryFn: ({ signal }) =>
      call(
        'POST /api/v1/search/entitlements',
        { body: { appIds: [account.appId], riskLevels: ['CRITICAL'], sort: '-grantCount', pageSize: 100 } },
        signal,
      ),
  });
  const held = new Set(grants.map(({ entitlement }) => entitlement.id));
  const outOfReach = phrases((critical.data?.list ?? []).filter(({ id }) => !held.has(id)));
  const name = <bdi>{firstName(account)}</bdi>;
  const risky = phrases(
    grants
      .map(({ entitlement }) => entitlement)
      .filter(({ riskLevel }) => riskLevel === 'CRITICAL' || riskLevel === 'HIGH'),
  );
  if (account.roles.length > 0) {
    return (
      <p className={classes['sentence']}>
        {name} is <strong>{account.roles.join(' and ')}</strong>: {account.grantCount.toLocaleString('en')} permissions,{' '}
        {account.riskCounts.CRITICAL.toLocaleString('en')} of them critical. {risky.length > 0 && <Also of={risky} />}
        <OutOfReach of={outOfReach} />
      </p>
    );
  }
  if (risky.length === 0) {
    return (
      <p className={classes['sentence']}>
        {name} holds nothing of critical or high risk. <OutOfReach of={outOfReach} />
      </p>
    );
  }
  const rest = risky.slice(mostNamed);
  return (
    <p className={classes['sentence']}>
      {name} can{' '}
      {risky.slice(0, mostNamed).map((phrase, index) => (
        <Fragment key={phrase}>
          {index > 0 && ' and '}
          <strong>{phrase}</strong>
        </Fragment>
      ))}
      . {rest.length > 0 && <Also of={rest} />}
      <OutOfReach of={outOfReach} />
    </p>
  );
}

function Also({ of }: { readonly of: readonly string[] }) {
  return <>Also: {listed(of, mostAlso)}. </>;
}

function OutOfReach({ of }: { readonly of: readonly string[] }) {
  return of.length === 0 ? null : <>Out of reach: {listed(of, mostOut)}.</>;
}
