import type { ConnectorStatus } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { IconAlertTriangleFilled, IconPlayerPauseFilled, IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { useMayForAll } from '../../api/session.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { useFindOwners } from '../../components/find-people.ts';
import { known, useListAddress } from '../../components/list-address.ts';
import { ListTable, rowsOf, useList } from '../../components/list-table.tsx';
import { OwnerChip } from '../../components/owner-chip.tsx';
import { FilterChip, Toolbar } from '../../components/toolbar.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { connectorColumns } from './connector-columns.tsx';
import classes from './connectors-page.module.css';
import { kindNames } from './kind-names.ts';
import { zoneName } from './schedule-text.ts';

const statusTexts: Readonly<Record<ConnectorStatus, string>> = {
  NOT_CONNECTED: 'Not connected',
  SYNCING: 'Syncing',
  CONNECTED: 'Connected',
  ERROR: 'Error',
  PAUSED_ANOMALY: 'Data dropped',
  PAUSED: 'Paused',
};
const statuses = Object.keys(statusTexts) as ConnectorStatus[];
const kinds = ['sendgrid', 'baton'] as const;
/** Those whose changes are watched. */
const overviewSize = 100;
const liveMs = 2000;

/** Is all data fresh; if not, why and whose? */
export function ConnectorsPage() {
  const [address, change] = useListAddress();
  const findOwners = useFindOwners();
  const mayAdd = useMayForAll('connectors.manage');
  const chosenStatuses = known(address.status, statuses);
  const chosenKinds = known(address.kind, kinds);
  const { q = '', sort = 'displayName', owner = '' } = address;
  const overview = useQuery({
    queryKey: ['connectors', 'overview'],
    queryFn: ({ signal }) => call('POST /api/v1/search/connectors', { body: { pageSize: overviewSize } }, signal),
    refetchInterval: liveMs,
  });
  const all = overview.data?.list ?? [];
  // The list is read again when one of them has moved on.
  const moved = all.map(({ id, status, statusReason }) => `${id} ${status} ${statusReason}`).join();
  const query = useList(['connectors', q, sort, chosenStatuses, chosenKinds, owner, moved], (pageToken, signal) =>
    call(
      'POST /api/v1/search/connectors',
      {
        body: {
          query: q,
          sort,
          statuses: chosenStatuses,
          catalogIds: chosenKinds,
          ownerIds: owner === '' ? [] : [owner],
          pageSize: 50,
          pageToken,
        },
      },
      signal,
    ),
  );
  const add = mayAdd ? (
    <Button component={Link} to="/connectors/add" size="sm" leftSection={<IconPlus size={14} stroke={1.7} />}>
      Add connector
    </Button>
  ) : null;
  const isFiltered = q !== '' || owner !== '' || chosenStatuses.length + chosenKinds.length > 0;
  const total = query.data?.pages[0]?.totalCount;
  return (
    <Page title="Connectors" crumbs={[{ label: 'Integrations' }, { label: 'Connectors' }]} actions={add}>
      <PageHead title="Connectors">Where the data about people and permissions comes from.</PageHead>
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder="Search connectors"
        right={
          total !== undefined && (
            <>
              <span>{`${total.toLocaleString('en')} ${total === 1 ? 'connector' : 'connectors'}`}</span>
              <Mark status="ERROR" moved={moved} />
              <Mark status="PAUSED_ANOMALY" moved={moved} />
            </>
          )
        }
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
        <OwnerChip rows={rowsOf(query.data)} find={findOwners} />
      </Toolbar>
      <ListTable
        label="Connectors"
        columns={connectorColumns}
        query={query}
        rowKey={({ id }) => id}
        sort={sort}
        onSort={(next) => change({ sort: next })}
        empty={
          isFiltered ? (
            <EmptyState
              title="No connector matches"
              action={
                <Button variant="default" onClick={() => change({ q: '', status: [], kind: [], owner: '' })}>
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
      {rowsOf(query.data).length > 0 && (
        <p className={classes['zone']}>Times are {zoneName()}. A click on a status opens its log.</p>
      )}
    </Page>
  );
}

/** How many are in trouble; a press shows them. */
function Mark({ status, moved }: { readonly status: 'ERROR' | 'PAUSED_ANOMALY'; readonly moved: string }) {
  const [, change] = useListAddress();
  const { data } = useQuery({
    queryKey: ['connectors', 'count', status, moved],
    queryFn: ({ signal }) =>
      call('POST /api/v1/search/connectors', { body: { statuses: [status], pageSize: 1 } }, signal),
    placeholderData: keepPreviousData,
  });
  const count = data?.totalCount ?? 0;
  if (count === 0) return null;
  const Icon = status === 'ERROR' ? IconAlertTriangleFilled : IconPlayerPauseFilled;
  const word = status === 'ERROR' ? (count === 1 ? 'error' : 'errors') : 'held back';
  return (
    <button
      type="button"
      className={classes['mark']}
      data-status={status}
      onClick={() => change({ status: [status], kind: [], owner: '', q: '' })}
    >
      <Icon size={14} aria-hidden />
      {count.toLocaleString('en')} {word}
    </button>
  );
}
