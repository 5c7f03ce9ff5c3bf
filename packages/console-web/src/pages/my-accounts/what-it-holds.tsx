import type { Grant } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { call } from '../../api/client.ts';
import { Card } from '../../components/card.tsx';
import { rowsOf, useList } from '../../components/list-table.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { riskLevels, riskTexts } from '../../components/risk-options.tsx';
import { scopeName, titleOf, whatItAllows } from '../apps/entitlement-text.ts';
import { HeldSince, whereHeld } from '../apps/how-held.tsx';
import classes from './my-accounts.module.css';

/** Each permission in words, by risk. Names lead nowhere: what others hold is not for everybody. */
export function WhatItHolds({ accountId }: { readonly accountId: string }) {
  const query = useList(['own-grants', accountId], (pageToken, signal) =>
    call(
      'GET /api/v1/my/app_users/{app_user_id}/grants',
      { params: { app_user_id: accountId }, query: { page_size: 100, page_token: pageToken } },
      signal,
    ),
  );
  const grants = rowsOf(query.data);
  if (query.isLoadingError) return <ErrorNote error={query.error} retry={() => void query.refetch()} />;
  if (query.isPending) return <div className={classes['wait']} aria-hidden />;
  return (
    <>
      {riskLevels.map((level) => {
        const held = grants.filter(({ entitlement }) => entitlement.riskLevel === level);
        if (held.length === 0) return null;
        return (
          <Card
            key={level}
            title={`${riskTexts[level]} risk`}
            action={<span className={classes['count']}>{held.length}</span>}
          >
            <ul className={classes['held']}>
              {held.map((grant) => (
                <Held key={grant.id} grant={grant} />
              ))}
            </ul>
          </Card>
        );
      })}
      {query.isFetchNextPageError && <ErrorNote error={query.error} retry={() => void query.fetchNextPage()} />}
      {query.hasNextPage && (
        <div>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more permissions
          </Button>
        </div>
      )}
    </>
  );
}

function Held({ grant }: { readonly grant: Grant }) {
  const { entitlement, isDirect, sources } = grant;
  const through = sources.map(({ displayName }) => displayName).join(', ');
  const how = through === '' ? (isDirect ? 'Direct' : 'Through something else') : `Through ${through}`;
  const where = whereHeld(grant);
  return (
    <li>
      <span className={classes['name']}>
        <bdi>{titleOf(entitlement)}</bdi>
        <span className="mono">{scopeName(entitlement)}</span>
      </span>
      <p dir="auto">{whatItAllows(entitlement)}</p>
      <span className={classes['how']}>
        <span dir="auto">{isDirect && through !== '' ? `Direct, and through ${through}` : how}</span>
        <small>
          {where !== '' && <>{where} · </>}
          Since <HeldSince grant={grant} />
        </small>
      </span>
    </li>
  );
}
