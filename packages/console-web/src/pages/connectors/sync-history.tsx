import type { Connector } from '@baton-ts/console-api';
import { UnstyledButton } from '@mantine/core';
import { call } from '../../api/client.ts';
import { Card } from '../../components/card.tsx';
import { rowsOf, useList } from '../../components/list-table.tsx';
import { ErrorNote } from '../../components/note.tsx';
import classes from './sync-history.module.css';
import { SyncRows } from './sync-rows.tsx';

const shownSyncs = 6;

/** The last few runs; all of them are in the log. */
export function SyncHistory({
  connector,
  onLog,
  onAll,
}: {
  readonly connector: Connector;
  readonly onLog: (syncId: string) => void;
  readonly onAll: () => void;
}) {
  const query = useSyncs(connector, shownSyncs);
  const rows = rowsOf(query.data).slice(0, shownSyncs);
  const total = query.data?.pages[0]?.totalCount ?? 0;
  return (
    <Card
      title="Sync history"
      action={
        total > shownSyncs && (
          <UnstyledButton className={classes['all']} onClick={onAll}>
            All {total.toLocaleString('en')} syncs
          </UnstyledButton>
        )
      }
    >
      {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && (
        <p className={classes['none']}>
          No sync yet. The first one starts{' '}
          {connector.catalogId === 'baton' ? 'when the connector calls' : 'when the settings are saved'}.
        </p>
      )}
      {rows.length > 0 && (
        <SyncRows
          connector={connector}
          rows={rows}
          logLink={(run) => (
            <UnstyledButton aria-label={`Log of the sync of ${run.startedAt}`} onClick={() => onLog(run.id)}>
              Log
            </UnstyledButton>
          )}
        />
      )}
    </Card>
  );
}

/** The runs of a connector, newest first; read again when one begins or ends. */
export function useSyncs({ id, appId, status, progress }: Connector, pageSize: number) {
  return useList(['syncs', id, status, progress?.startedAt, pageSize], (page_token, signal) =>
    call(
      'GET /api/v1/apps/{app_id}/connectors/{connector_id}/syncs',
      { params: { app_id: appId, connector_id: id }, query: { page_size: pageSize, page_token } },
      signal,
    ),
  );
}
