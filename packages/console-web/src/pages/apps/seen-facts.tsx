import type { Account } from '@baton-ts/console-api';
import type { ReactNode } from 'react';
import { When } from '../../components/when.tsx';
import classes from './account-page.module.css';
import { SyncLink } from './how-held.tsx';

type Seen = Pick<
  Account,
  'appId' | 'connectorId' | 'firstSeenAt' | 'firstSyncId' | 'lastSeenAt' | 'removedAt' | 'removedSyncId'
>;

/** When syncs saw it, and which ones: evidence for "since when" and "until when". */
export function seenFacts(thing: Seen): readonly (readonly [name: string, value: ReactNode])[] {
  const { appId, connectorId, firstSeenAt, firstSyncId, lastSeenAt, removedAt, removedSyncId } = thing;
  const moment = (at: string, syncId: string | null, words: string) => (
    <>
      <When at={at} />
      {connectorId !== null && syncId !== null && (
        <small className={classes['seen']}>
          <SyncLink appId={appId} connectorId={connectorId} syncId={syncId}>
            {words}
          </SyncLink>
        </small>
      )}
    </>
  );
  return [
    ['First seen', moment(firstSeenAt, firstSyncId, 'the sync that found it')],
    ['Last seen', <When key="last" at={lastSeenAt} />],
    ...(removedAt === null
      ? []
      : ([['Gone since', moment(removedAt, removedSyncId, 'the sync that missed it')]] as const)),
  ];
}
