import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { call } from '../../api/client.ts';
import { Columns } from '../../components/card.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { ConnectorActions } from './connector-actions.tsx';
import type { ConnectorAddress } from './connector-address.ts';
import { ConnectorHead } from './connector-head.tsx';
import { ConnectorLog } from './connector-log.tsx';
import { ConnectorState } from './connector-state.tsx';
import { Credentials } from './credentials.tsx';
import { Details } from './details.tsx';
import { KeyRights } from './key-rights.tsx';
import { Settings, type SettingsEditing } from './settings.tsx';
import { SyncHistory } from './sync-history.tsx';
import { SyncProgress } from './sync-progress.tsx';

/** While something happens the page asks this often, while something is waited for so often, and now and then otherwise. */
const busyMs = 1000;
const waitingMs = 2000;
const idleMs = 10_000;

/** Is it working right now, what may the key do, what did each sync change? */
export function ConnectorPage() {
  const from = '/inside/apps/$appId/connectors/$connectorId';
  const { appId: app_id, connectorId: connector_id } = useParams({ from });
  const address = useSearch({ from });
  const params = { app_id, connector_id };
  const query = useQuery({
    queryKey: ['connector', connector_id],
    queryFn: ({ signal }) => call('GET /api/v1/apps/{app_id}/connectors/{connector_id}', { params }, signal),
    refetchInterval: ({ state }) => {
      const status = state.data?.connector.status;
      return status === 'SYNCING' ? busyMs : status === 'NOT_CONNECTED' ? waitingMs : idleMs;
    },
  });
  const log = useLogAddress(address);
  const [editing, setEditing] = useState<SettingsEditing>();
  const [isChangingDetails, setChangingDetails] = useState(false);
  const crumbs = [
    { label: 'Integrations' },
    { label: 'Connectors', link: { to: '/connectors' } },
    { label: query.data?.connector.displayName ?? 'Connector' },
  ] as const;
  if (query.data === undefined) {
    return (
      <Page title="Connector" crumbs={crumbs}>
        {query.isError && (
          <>
            <PageHead title="Connector" />
            <ErrorNote error={query.error} retry={() => void query.refetch()} />
          </>
        )}
      </Page>
    );
  }
  const { connector, fields } = query.data;
  const secret = fields.find(({ kind }) => kind === 'secret');
  const replaceKey = secret === undefined ? undefined : () => setEditing({ replace: [secret.name] });
  return (
    <Page
      title={connector.displayName}
      crumbs={crumbs}
      actions={<ConnectorActions connector={connector} onLog={() => log.open('now')} />}
    >
      <ConnectorHead connector={connector} onEdit={() => setChangingDetails(true)} />
      <Columns
        main={
          <>
            {connector.progress !== null && <SyncProgress connector={connector} onLog={() => log.open('now')} />}
            <ConnectorState connector={connector} onLog={() => log.open('now')} onReplaceKey={replaceKey} />
            {connector.catalogId === 'baton' && <Credentials connector={connector} />}
            {fields.length > 0 && (
              <Settings connector={connector} fields={fields} editing={editing} onEdit={setEditing} />
            )}
            <SyncHistory connector={connector} onLog={log.open} onAll={() => log.open('now', 'history')} />
          </>
        }
        side={
          <>
            <Details connector={connector} isEditing={isChangingDetails} onEdit={setChangingDetails} />
            <KeyRights connector={connector} />
          </>
        }
      />
      <ConnectorLog connector={connector} fields={fields} address={address} onClose={log.close} />
    </Page>
  );
}

/** The log has an address of its own: Back closes it, and closing it goes back to where it was opened from. */
function useLogAddress(address: ConnectorAddress) {
  const navigate = useNavigate();
  const { history } = useRouter();
  const openedHere = useRef(false);
  const isOpen = address.log !== undefined;
  return {
    open: (log: string, part?: ConnectorAddress['part']): void => {
      openedHere.current = !isOpen;
      void navigate({ to: '.', search: { log, ...(part && { part }) }, resetScroll: false, replace: isOpen });
    },
    close: (): void => {
      if (openedHere.current) history.back();
      else void navigate({ to: '.', search: {}, resetScroll: false, replace: true });
      openedHere.current = false;
    },
  };
}
