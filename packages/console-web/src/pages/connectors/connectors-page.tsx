import type { Connector, ConnectorStatus } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Avatar, Owners } from '../../components/avatar.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { known, useListAddress } from '../../components/list-address.ts';
import { type ListColumn, ListTable, useList } from '../../components/list-table.tsx';
import { StatusLabel } from '../../components/status-label.tsx';
import { FilterChip, Toolbar } from '../../components/toolbar.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import { When } from '../../components/when.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { kindNames } from './kind-names.ts';

const statuses = [
  'NOT_CONNECTED',
  'SYNCING',
  'CONNECTED',
  'ERROR',
  'PAUSED_ANOMALY',
  'PAUSED',
] as const satisfies readonly ConnectorStatus[];
const statusTexts: Readonly<Record<ConnectorStatus, string>> = {
  NOT_CONNECTED: 'Not connected',
  SYNCING: 'Syncing',
  CONNECTED: 'Connected',
  ERROR: 'Error',
  PAUSED_ANOMALY: 'Data dropped',
  PAUSED: 'Paused',
};
const kinds = ['sendgrid', 'baton'] as const;

const columns: readonly ListColumn<Connector>[] = [
  {
    id: 'connector',
    title: 'Connector',
    sort: 'displayName',
    rank: 1,
    width: '24%',
    cell: ({ id, appId, displayName, catalogId }) => (
      <TwoLines
        mark={<Avatar name={displayName} kind="thing" size={28} />}
        first={
          <Link to="/apps/$appId/connectors/$connectorId" params={{ appId, connectorId: id }}>
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
    cell: ({ appId, appDisplayName }) => (
      <Link to="/apps/$appId" params={{ appId }}>
        {appDisplayName}
      </Link>
    ),
  },
  { id: 'owners', title: 'Owners', cell: ({ owners }) => <Owners owners={owners} /> },
  {
    id: 'status',
    title: 'Status',
    rank: 1,
    width: '24%',
    cell: ({ status, statusReason }) => <StatusLabel status={status} reason={statusReason} />,
  },
  {
    id: 'last',
    title: 'Last good sync',
    sort: 'lastGoodSyncAt',
    rank: 3,
    cell: ({ lastGoodSyncAt }) => <When at={lastGoodSyncAt} />,
  },
  {
    id: 'next',
    title: 'Next',
    rank: 3,
    cell: ({ nextSyncAt }) => (nextSyncAt === null ? '–' : <When at={nextSyncAt} />),
  },
];

/** Is all data fresh; if not, why and whose? */
export function ConnectorsPage() {
  const [address, change] = useListAddress();
  const chosenStatuses = known(address.status, statuses);
  const chosenKinds = known(address.kind, kinds);
  const { q = '', sort = 'displayName' } = address;
  const query = useList(['connectors', q, sort, chosenStatuses, chosenKinds], (pageToken, signal) =>
    call(
      'POST /api/v1/search/connectors',
      { body: { query: q, sort, statuses: chosenStatuses, catalogIds: chosenKinds, pageSize: 50, pageToken } },
      signal,
    ),
  );
  const add = useMay('connectors.manage') ? (
    <Button component={Link} to="/connectors/add" size="sm" leftSection={<IconPlus size={14} stroke={1.7} />}>
      Add connector
    </Button>
  ) : null;
  const isFiltered = q !== '' || chosenStatuses.length + chosenKinds.length > 0;
  const total = query.data?.pages[0]?.totalCount;
  return (
    <Page title="Connectors" crumbs={[{ label: 'Integrations' }, { label: 'Connectors' }]} actions={add}>
      <PageHead title="Connectors">Where the data about people and permissions comes from.</PageHead>
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder="Search connectors"
        right={total !== undefined && `${total.toLocaleString('en')} ${total === 1 ? 'connector' : 'connectors'}`}
      >
        <FilterChip
          name="Status"
          options={statuses.map((value) => ({ value, text: statusTexts[value], label: statusTexts[value] }))}
          chosen={chosenStatuses}
          onChoose={(status) => change({ status })}
        />
        <FilterChip
          name="Kind"
          options={kinds.map((value) => ({ value, text: kindNames[value], label: kindNames[value] }))}
          chosen={chosenKinds}
          onChoose={(kind) => change({ kind })}
        />
      </Toolbar>
      <ListTable
        label="Connectors"
        columns={columns}
        query={query}
        rowKey={({ id }) => id}
        sort={sort}
        onSort={(next) => change({ sort: next })}
        empty={
          isFiltered ? (
            <EmptyState
              title="No connector matches"
              action={
                <Button variant="default" onClick={() => change({ q: '', status: [], kind: [] })}>
                  Clear filters
                </Button>
              }
            >
              Others are hidden by the search or the filters.
            </EmptyState>
          ) : (
            <EmptyState title="No connector yet" action={add}>
              A connector reads who may do what in an app, such as Twilio SendGrid. Add one, and its accounts and
              permissions appear under Apps a minute later.
            </EmptyState>
          )
        }
      />
    </Page>
  );
}
