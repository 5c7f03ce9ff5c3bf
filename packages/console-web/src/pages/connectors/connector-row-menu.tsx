import type { Connector } from '@baton-ts/console-api';
import { Menu, UnstyledButton } from '@mantine/core';
import {
  IconAlertTriangle,
  IconDots,
  IconFileText,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import classes from './connectors-page.module.css';
import { DeleteConnector } from './delete-connector.tsx';
import { useConnectorActions } from './use-connector-actions.ts';

const icon = { size: 14, stroke: 1.7 } as const;

/** What can be done from the list. What the state or the role does not allow is absent. */
export function ConnectorRowMenu({ connector }: { readonly connector: Connector }) {
  const may = useMay('connectors.manage');
  const { sync, pause, resume } = useConnectorActions(connector);
  const [isDeleting, setDeleting] = useState(false);
  const { id, appId, displayName, status } = connector;
  const failure = sync.error ?? pause.error ?? resume.error;
  return (
    <>
      {failure !== null && (
        <span className={classes['failed']} role="alert" title={failure.message}>
          <IconAlertTriangle {...icon} aria-label={failure.message} />
        </span>
      )}
      <Menu position="bottom-end" width={180}>
        <Menu.Target>
          <UnstyledButton className={classes['more']} aria-label={`More for ${displayName}`}>
            <IconDots size={16} stroke={1.6} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            renderRoot={(props) => (
              <Link
                {...props}
                to="/apps/$appId/connectors/$connectorId"
                params={{ appId, connectorId: id }}
                search={{ log: 'now' }}
              />
            )}
            leftSection={<IconFileText {...icon} />}
          >
            View log
          </Menu.Item>
          {may && status !== 'NOT_CONNECTED' && status !== 'SYNCING' && status !== 'PAUSED' && (
            <Menu.Item leftSection={<IconRefresh {...icon} />} onClick={() => sync.mutate()}>
              Sync now
            </Menu.Item>
          )}
          {may && status !== 'NOT_CONNECTED' && status !== 'PAUSED' && (
            <Menu.Item leftSection={<IconPlayerPause {...icon} />} onClick={() => pause.mutate()}>
              Pause sync
            </Menu.Item>
          )}
          {may && status === 'PAUSED' && (
            <Menu.Item leftSection={<IconPlayerPlay {...icon} />} onClick={() => resume.mutate()}>
              Resume sync
            </Menu.Item>
          )}
          {may && (
            <Menu.Item color="red" leftSection={<IconTrash {...icon} />} onClick={() => setDeleting(true)}>
              Delete connector
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isDeleting && <DeleteConnector connector={connector} onClose={() => setDeleting(false)} />}
    </>
  );
}
