import type { grantColumns as fileColumns, Grant, grantSorts, pastGrantSorts } from '@baton-ts/console-api';
import { Link } from '@tanstack/react-router';
import { Avatar } from '../../components/avatar.tsx';
import type { ListColumn } from '../../components/list-table.tsx';
import { RiskMark } from '../../components/risk-mark.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import { When } from '../../components/when.tsx';
import { scopeName, titleOf } from './entitlement-text.ts';
import classes from './how-held.module.css';
import { HeldSince, HowHeld, SyncLink, whereHeld } from './how-held.tsx';
import { OwnerCell } from './owner-cell.tsx';

type GrantColumn = ListColumn<Grant, (typeof grantSorts)[number], (typeof fileColumns)[number]>;
type PastColumn = ListColumn<Grant, (typeof pastGrantSorts)[number]>;

const entitlement = (appId: string) =>
  ({
    id: 'entitlement',
    title: 'Permission',
    rank: 1,
    width: '32%',
    files: ['entitlement', 'slug', 'externalId', 'resourceDisplayName'],
    shape: 'two-lines',
    cell: (grant: Grant) => (
      <TwoLines
        mono
        title={titleOf(grant.entitlement)}
        first={
          <Link to="/apps/$appId/entitlements/$entitlementId" params={{ appId, entitlementId: grant.entitlement.id }}>
            {titleOf(grant.entitlement)}
          </Link>
        }
        second={scopeName(grant.entitlement)}
      />
    ),
  }) as const;

const account = (appId: string) =>
  ({
    id: 'account',
    title: 'Account',
    rank: 1,
    width: '30%',
    files: ['account', 'email'],
    shape: 'person',
    cell: (grant: Grant) => (
      <TwoLines
        mark={
          <Avatar
            name={grant.account.displayName}
            kind={grant.account.type === 'USER' ? 'person' : 'machine'}
            size={28}
          />
        }
        title={grant.account.displayName}
        first={
          <Link to="/apps/$appId/accounts/$accountId" params={{ appId, accountId: grant.account.id }}>
            {grant.account.displayName}
          </Link>
        }
        second={grant.account.email}
      />
    ),
  }) as const;

const how = (appId: string): GrantColumn => ({
  id: 'how',
  title: 'How',
  rank: 1,
  files: ['isDirect', 'sources'],
  cell: (grant) => (
    <TwoLines
      first={
        <span className={classes['plain']}>
          <HowHeld appId={appId} grant={grant} />
        </span>
      }
      second={whereHeld(grant)}
    />
  ),
});

const since: GrantColumn = {
  id: 'since',
  title: 'Since',
  saysTitle: true,
  sort: 'grantedAt',
  files: ['grantedAt', 'sinceFirstSync'],
  cell: (grant) => <HeldSince grant={grant} />,
};

const found = (appId: string): GrantColumn => ({
  id: 'found',
  title: 'Found by',
  rank: 3,
  cell: ({ connectorId, grantedSyncId, grantedAt }) => (
    <SyncLink appId={appId} connectorId={connectorId} syncId={grantedSyncId}>
      sync of <When at={grantedAt} />
    </SyncLink>
  ),
});

/** What one account holds. */
export function grantColumnsOfAccount(appId: string): readonly GrantColumn[] {
  return [
    entitlement(appId),
    {
      id: 'risk',
      title: 'Risk',
      sort: 'riskLevel',
      rank: 1,
      files: ['riskLevel'],
      shape: 'short',
      cell: ({ entitlement: { riskLevel } }) => <RiskMark level={riskLevel} />,
    },
    how(appId),
    since,
    found(appId),
  ];
}

/** Who holds one entitlement. */
export function grantColumnsOfEntitlement(appId: string): readonly GrantColumn[] {
  return [
    account(appId),
    {
      id: 'owner',
      title: 'Owner',
      files: ['owner'],
      cell: ({ account: { owner, type } }) => <OwnerCell account={{ owner, type }} />,
    },
    how(appId),
    since,
    found(appId),
  ];
}

/** What was held once, the last taken first. */
export function pastGrantColumns(appId: string, of: 'account' | 'entitlement'): readonly PastColumn[] {
  return [
    of === 'account' ? entitlement(appId) : account(appId),
    {
      id: 'risk',
      title: 'Risk',
      rank: 1,
      shape: 'short',
      cell: ({ entitlement: { riskLevel } }) => <RiskMark level={riskLevel} />,
    },
    { id: 'since', title: 'Held since', saysTitle: true, cell: (grant) => <HeldSince grant={grant} /> },
    {
      id: 'until',
      title: 'Until',
      saysTitle: true,
      sort: 'revokedAt',
      rank: 1,
      cell: ({ revokedAt }) => <When at={revokedAt} />,
    },
    {
      id: 'gone',
      title: 'Gone in',
      saysTitle: true,
      rank: 3,
      cell: ({ connectorId, revokedSyncId, revokedAt }) =>
        revokedSyncId !== null &&
        revokedAt !== null && (
          <SyncLink appId={appId} connectorId={connectorId} syncId={revokedSyncId}>
            sync of <When at={revokedAt} />
          </SyncLink>
        ),
    },
  ];
}
