import type { App, appSorts, appColumns as fileColumns } from '@baton-ts/console-api';
import { Link } from '@tanstack/react-router';
import { Avatar, Owners } from '../../components/avatar.tsx';
import type { ListColumn } from '../../components/list-table.tsx';
import { RiskMark } from '../../components/risk-mark.tsx';
import { StatusLabel } from '../../components/status-label.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import { timeText, When } from '../../components/when.tsx';
import classes from './app-columns.module.css';

export const appColumns: readonly ListColumn<App, (typeof appSorts)[number], (typeof fileColumns)[number]>[] = [
  {
    id: 'app',
    title: 'App',
    sort: 'displayName',
    rank: 1,
    width: '21%',
    files: ['displayName', 'description'],
    shape: 'thing',
    cell: ({ id, displayName, description }) => (
      <TwoLines
        mark={<Avatar name={displayName} kind="thing" size={28} />}
        title={displayName}
        first={
          <Link to="/apps/$appId" params={{ appId: id }}>
            {displayName}
          </Link>
        }
        second={description}
      />
    ),
  },
  {
    id: 'owners',
    title: 'Owners',
    width: '17%',
    files: ['owners'],
    cell: ({ owners }) => <Owners owners={owners} />,
  },
  {
    id: 'status',
    title: 'Status',
    width: '17%',
    rank: 1,
    files: ['syncStatus', 'lastGoodSyncAt'],
    shape: 'two-lines',
    cell: ({ syncStatus, lastGoodSyncAt }) =>
      syncStatus === null ? (
        'No connector'
      ) : (
        <StatusLabel status={syncStatus} reason={lastGoodSyncAt === null ? 'never read' : readText(lastGoodSyncAt)} />
      ),
  },
  {
    id: 'accounts',
    title: 'Accounts',
    numeric: true,
    files: ['accounts'],
    cell: ({ counts }) => <Amount of={counts.accounts} />,
  },
  {
    id: 'entitlements',
    title: 'Entitlements',
    numeric: true,
    rank: 3,
    files: ['entitlements'],
    cell: ({ counts }) => <Amount of={counts.entitlements} />,
  },
  {
    id: 'critical',
    title: 'Critical holders',
    numeric: true,
    rank: 1,
    width: '12%',
    files: ['criticalHolders'],
    cell: ({ id, counts }) => (
      <Link
        to="/apps/$appId"
        params={{ appId: id }}
        search={{ tab: 'accounts', risk: ['CRITICAL'] }}
        className={classes['amount']}
      >
        {counts.criticalHolders > 0 && <RiskMark level="CRITICAL" word={false} />}{' '}
        <Amount of={counts.criticalHolders} />
      </Link>
    ),
  },
  {
    id: 'unowned',
    title: 'No owner',
    numeric: true,
    rank: 3,
    files: ['accountsWithoutOwner'],
    cell: ({ id, counts }) => (
      <Link
        to="/apps/$appId"
        params={{ appId: id }}
        search={{ tab: 'accounts', owner: 'NONE' }}
        className={classes['amount']}
      >
        <Amount of={counts.accountsWithoutOwner} />
      </Link>
    ),
  },
  {
    id: 'created',
    title: 'Added',
    sort: 'createdAt',
    isExtra: true,
    files: ['id'],
    cell: ({ createdAt }) => <When at={createdAt} />,
  },
];

function readText(at: string): string {
  return timeText(new Date(at), new Date());
}

function Amount({ of }: { readonly of: number }) {
  return <>{of.toLocaleString('en')}</>;
}
