import type { Connector } from '@baton-ts/console-api';
import { Link } from '@tanstack/react-router';
import { AppLink } from '../../components/app-link.tsx';
import { Avatar, Owners } from '../../components/avatar.tsx';
import type { ListColumn } from '../../components/list-table.tsx';
import { StatusLabel } from '../../components/status-label.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import { When } from '../../components/when.tsx';
import { ConnectorRowMenu } from './connector-row-menu.tsx';
import classes from './connectors-page.module.css';
import { kindNames } from './kind-names.ts';
import { comingText } from './schedule-text.ts';

const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

export const connectorColumns: readonly ListColumn<Connector>[] = [
  {
    id: 'connector',
    title: 'Connector',
    sort: 'displayName',
    rank: 1,
    width: '16%',
    cell: ({ id, appId, displayName, catalogId }) => (
      <TwoLines
        mark={<Avatar name={displayName} kind="thing" size={28} />}
        first={
          <Link to="/apps/$appId/connectors/$connectorId" params={{ appId, connectorId: id }} title={displayName}>
            {displayName}
          </Link>
        }
        second={kindNames[catalogId]}
      />
    ),
  },
  {
    id: 'app',
    title: 'App',
    width: '10%',
    cell: ({ appId, appDisplayName }) => (
      <AppLink appId={appId} className={classes['app']}>
        {appDisplayName}
      </AppLink>
    ),
  },
  { id: 'owners', title: 'Owners', width: '12%', cell: ({ owners }) => <Owners owners={owners} /> },
  {
    id: 'status',
    title: 'Status',
    sort: 'status',
    rank: 1,
    width: '18%',
    cell: ({ id, appId, status, statusReason }) => (
      <Link
        to="/apps/$appId/connectors/$connectorId"
        params={{ appId, connectorId: id }}
        search={{ log: 'now' }}
        className={classes['status']}
        title={statusReason === '' ? 'Open the log' : statusReason}
      >
        <StatusLabel
          status={status}
          reason={status === 'PAUSED_ANOMALY' ? `${statusReason}, not applied` : statusReason}
        />
      </Link>
    ),
  },
  {
    id: 'last',
    title: 'Last good sync',
    rank: 3,
    width: '12%',
    cell: ({ lastGoodSyncAt }) => <When at={lastGoodSyncAt} />,
  },
  { id: 'next', title: 'Next', rank: 3, width: '8%', cell: (connector) => <Next connector={connector} /> },
  {
    id: 'accounts',
    title: 'Accounts',
    numeric: true,
    width: '8%',
    cell: (connector) => <Amount connector={connector} of="accounts" />,
  },
  {
    id: 'grants',
    title: 'Grants',
    numeric: true,
    width: '7.5%',
    cell: (connector) => <Amount connector={connector} of="grants" />,
  },
  {
    id: 'more',
    title: 'More',
    rank: 1,
    width: '84px',
    cell: (connector) => <ConnectorRowMenu connector={connector} />,
  },
];

function Next({ connector: { status, nextSyncAt } }: { readonly connector: Connector }) {
  if (status === 'SYNCING') return 'now';
  if (status === 'PAUSED' || status === 'PAUSED_ANOMALY') return 'on hold';
  if (nextSyncAt === null) return '–';
  const at = new Date(nextSyncAt);
  return (
    <time dateTime={nextSyncAt} title={exact.format(at)}>
      {comingText(at, new Date()).replace(/^at /, '')}
    </time>
  );
}

/** Nothing was read yet is not the same as nothing is there. */
function Amount({
  connector: { counts, lastGoodSyncAt },
  of,
}: {
  readonly connector: Connector;
  readonly of: 'accounts' | 'grants';
}) {
  return lastGoodSyncAt === null ? '–' : counts[of].toLocaleString('en');
}
