import type { Connector } from '@baton-ts/console-api';
import { UnstyledButton } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useMay } from '../../api/session.ts';
import { AppLink } from '../../components/app-link.tsx';
import { Avatar } from '../../components/avatar.tsx';
import { StatusLabel } from '../../components/status-label.tsx';
import { When } from '../../components/when.tsx';
import classes from './connector-head.module.css';
import { kindNames } from './kind-names.ts';

/** Which connector this is, how it is, and what it brings: each number leads to the list that has as many rows. */
export function ConnectorHead({ connector, onEdit }: { readonly connector: Connector; readonly onEdit: () => void }) {
  const may = useMay('connectors.manage');
  const { appId, appDisplayName, displayName, catalogId, status, lastGoodSyncAt, counts } = connector;
  const isStale = status === 'ERROR' || status === 'PAUSED' || status === 'PAUSED_ANOMALY';
  return (
    <div className={classes['head']}>
      <Avatar name={displayName} kind="thing" size={40} />
      <div className={classes['words']}>
        <div className={classes['title']}>
          <h1 dir="auto">{displayName}</h1>
          {may && (
            <UnstyledButton className={classes['pencil']} aria-label="Change the name" onClick={onEdit}>
              <IconPencil size={14} stroke={1.7} aria-hidden />
            </UnstyledButton>
          )}
          <StatusLabel status={status} isLive />
        </div>
        <p className={classes['facts']}>
          Feeds the app <AppLink appId={appId}>{appDisplayName}</AppLink> · {kindNames[catalogId]}
          {lastGoodSyncAt !== null && (
            <>
              {' · '}
              <AppLink appId={appId} search={{ tab: 'accounts' }} className={classes['count']}>
                {amount(counts.accounts, 'account')}
              </AppLink>
              {', '}
              <AppLink appId={appId} search={{ tab: 'entitlements' }} className={classes['count']}>
                {amount(counts.entitlements, 'entitlement')}
              </AppLink>
              {`, ${amount(counts.grants, 'grant')}`}
            </>
          )}
          {isStale && lastGoodSyncAt !== null && (
            <>
              {' · data as of '}
              <When at={lastGoodSyncAt} />
            </>
          )}
        </p>
      </div>
    </div>
  );
}

function amount(count: number, word: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? word : `${word}s`}`;
}
