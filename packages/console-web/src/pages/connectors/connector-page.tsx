import type { Connector } from '@baton-ts/console-api';
import { Button, Menu } from '@mantine/core';
import { IconDots, IconPlayerPause, IconPlayerPlay, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Avatar, Owners } from '../../components/avatar.tsx';
import { Card, Columns, Facts } from '../../components/card.tsx';
import { ErrorNote, Note } from '../../components/note.tsx';
import { StatusLabel } from '../../components/status-label.tsx';
import { TypedConfirmation } from '../../components/typed-confirmation.tsx';
import { When } from '../../components/when.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { ConnectorLog } from './connector-log.tsx';
import { Credentials } from './credentials.tsx';
import { kindNames } from './kind-names.ts';
import { scheduleText } from './schedule-text.ts';
import { Settings } from './settings.tsx';
import { SyncHistory } from './sync-history.tsx';
import { SyncProgress } from './sync-progress.tsx';

/** While something happens the page asks this often; otherwise now and then. */
const busyMs = 1000;
const idleMs = 10_000;

/** Is it working right now, what may the key do, what did each sync change? */
export function ConnectorPage() {
  const { appId: app_id, connectorId: connector_id } = useParams({
    from: '/inside/apps/$appId/connectors/$connectorId',
  });
  const params = { app_id, connector_id };
  const query = useQuery({
    queryKey: ['connector', connector_id],
    queryFn: ({ signal }) => call('GET /api/v1/apps/{app_id}/connectors/{connector_id}', { params }, signal),
    refetchInterval: ({ state }) => (state.data?.connector.status === 'SYNCING' ? busyMs : idleMs),
  });
  const [isLogOpen, setLogOpen] = useState(false);
  const crumbs = [
    { label: 'Integrations' },
    { label: 'Connectors', link: { to: '/connectors' } },
    { label: query.data?.connector.displayName ?? 'Connector' },
  ] as const;
  if (query.data === undefined) {
    return (
      <Page title="Connector" crumbs={crumbs}>
        {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      </Page>
    );
  }
  const { connector, fields } = query.data;
  return (
    <Page
      title={connector.displayName}
      crumbs={crumbs}
      actions={<Actions connector={connector} onLog={() => setLogOpen(true)} />}
    >
      <PageHead
        title={connector.displayName}
        mark={<Avatar name={connector.displayName} kind="thing" size={40} />}
        aside={<StatusLabel status={connector.status} reason={connector.statusReason} />}
      >
        Feeds the app{' '}
        <Link to="/apps/$appId" params={{ appId: connector.appId }}>
          {connector.appDisplayName}
        </Link>{' '}
        · {kindNames[connector.catalogId]}
      </PageHead>
      <Columns
        main={
          <>
            {connector.progress !== null && <SyncProgress connector={connector} onLog={() => setLogOpen(true)} />}
            {connector.status === 'ERROR' && connector.lastError !== null && (
              <Note tone="critical" title={connector.lastError}>
                {connector.lastGoodSyncAt === null ? (
                  'Nothing has been read yet.'
                ) : (
                  <>
                    The console still shows the data of <When at={connector.lastGoodSyncAt} />; nothing was removed.
                  </>
                )}
              </Note>
            )}
            {connector.heldBack !== null && <HeldBack connector={connector} />}
            {connector.catalogId === 'baton' && <Credentials connector={connector} />}
            {fields.length > 0 && <Settings connector={connector} fields={fields} />}
            <SyncHistory connector={connector} />
          </>
        }
        side={
          <>
            <Card title="Details">
              <Facts
                facts={[
                  ['Owners', <Owners key="owners" owners={connector.owners} />],
                  ['Schedule', scheduleText(connector)],
                  [
                    'Safety',
                    connector.pauseOnAnomaly
                      ? 'Holds data back when half of a kind disappears'
                      : 'Applies whatever is read',
                  ],
                  [
                    'Changes',
                    connector.provisioning
                      ? 'Approved changes are made by the connector and read back'
                      : 'Off: the connector only reads',
                  ],
                ]}
              />
            </Card>
            {connector.notes.length > 0 && (
              <Card title="What the connector says">
                <ul>
                  {connector.notes.map((note) => (
                    <li key={note} dir="auto">
                      {note}
                    </li>
                  ))}
                </ul>
              </Card>
            )}
          </>
        }
      />
      <ConnectorLog connector={connector} opened={isLogOpen} onClose={() => setLogOpen(false)} />
    </Page>
  );
}

function useConnectorChange(change: () => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => queries.invalidateQueries() });
}

function Actions({ connector, onLog }: { readonly connector: Connector; readonly onLog: () => void }) {
  const may = useMay('connectors.manage');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [isDeleting, setDeleting] = useState(false);
  const params = { app_id: connector.appId, connector_id: connector.id };
  const isPaused = connector.status === 'PAUSED';
  const pause = useConnectorChange(() =>
    isPaused
      ? call('POST /api/v1/apps/{app_id}/connectors/{connector_id}/resume', { params })
      : call('POST /api/v1/apps/{app_id}/connectors/{connector_id}/pause', { params }),
  );
  const sync = useConnectorChange(() =>
    call('POST /api/v1/apps/{app_id}/connectors/{connector_id}/force_sync', { params }),
  );
  const remove = useMutation({
    mutationFn: (confirmation: string) =>
      call('DELETE /api/v1/apps/{app_id}/connectors/{connector_id}', { params, body: { confirmation } }),
    onSuccess: async () => {
      await navigate({ to: '/connectors' });
      await queries.invalidateQueries();
    },
  });
  const PauseIcon = isPaused ? IconPlayerPlay : IconPlayerPause;
  return (
    <>
      <Button size="sm" variant="default" onClick={onLog}>
        View log
      </Button>
      {may && (
        <>
          <Button
            size="sm"
            variant="default"
            loading={pause.isPending}
            leftSection={<PauseIcon size={14} stroke={1.7} />}
            onClick={() => pause.mutate()}
          >
            {isPaused ? 'Resume sync' : 'Pause sync'}
          </Button>
          <Button
            size="sm"
            variant="default"
            disabled={connector.status === 'SYNCING' || isPaused}
            loading={sync.isPending}
            leftSection={<IconRefresh size={14} stroke={1.7} />}
            onClick={() => sync.mutate()}
          >
            Sync now
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button size="sm" variant="subtle" aria-label="More">
                <IconDots size={16} stroke={1.6} aria-hidden />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item color="red" onClick={() => setDeleting(true)}>
                Delete connector
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      )}
      {isDeleting && (
        <TypedConfirmation
          question={`Delete connector ${connector.displayName}?`}
          name={connector.displayName}
          button="Delete connector"
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={(typed) => remove.mutate(typed)}
          onClose={() => setDeleting(false)}
        >
          Accounts and history stay, nothing is read any more.
        </TypedConfirmation>
      )}
    </>
  );
}

function HeldBack({ connector }: { readonly connector: Connector }) {
  const may = useMay('connectors.manage');
  const params = { app_id: connector.appId, connector_id: connector.id };
  const confirm = useConnectorChange(() =>
    call('POST /api/v1/apps/{app_id}/connectors/{connector_id}/confirm_sync_valid/{sync_id}', {
      params: { ...params, sync_id: connector.heldBack?.syncId ?? '' },
    }),
  );
  return (
    <Note tone="medium" title={`Held back: ${connector.heldBack?.summary ?? ''}`}>
      <p>
        The console still shows the data from before. If this is right, apply it; if not, mend the source and sync
        again.
      </p>
      {confirm.isError && <ErrorNote error={confirm.error} />}
      {may && (
        <Button size="sm" variant="default" loading={confirm.isPending} onClick={() => confirm.mutate()}>
          Apply the changes
        </Button>
      )}
    </Note>
  );
}
