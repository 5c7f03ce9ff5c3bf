import type { Connector } from '@baton-ts/console-api';
import { Button, CopyButton, Menu } from '@mantine/core';
import { IconDots, IconPlayerPause, IconPlayerPlay, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import classes from './connector-head.module.css';
import { DeleteConnector } from './delete-connector.tsx';
import { useConnectorActions } from './use-connector-actions.ts';

const icon = { size: 14, stroke: 1.7, 'aria-hidden': true } as const;

/** At the right of the top bar. What the state or the role does not allow is absent. */
export function ConnectorActions({ connector, onLog }: { readonly connector: Connector; readonly onLog: () => void }) {
  const may = useMay('connectors.manage');
  const [isDeleting, setDeleting] = useState(false);
  const { sync, pause, resume } = useConnectorActions(connector);
  const { status } = connector;
  const failure = sync.error ?? pause.error ?? resume.error;
  return (
    <div className={classes['actions']}>
      {failure !== null && <span role="alert">{failure.message}</span>}
      <Button size="sm" variant="default" onClick={onLog}>
        View log
      </Button>
      {may && status === 'PAUSED' && (
        <Button
          size="sm"
          variant="default"
          loading={resume.isPending}
          leftSection={<IconPlayerPlay {...icon} />}
          onClick={() => resume.mutate()}
        >
          Resume sync
        </Button>
      )}
      {may && status !== 'PAUSED' && status !== 'NOT_CONNECTED' && (
        <>
          <Button
            size="sm"
            variant="default"
            loading={pause.isPending}
            leftSection={<IconPlayerPause {...icon} />}
            onClick={() => pause.mutate()}
          >
            Pause sync
          </Button>
          <Button
            size="sm"
            variant="default"
            disabled={status === 'SYNCING'}
            loading={sync.isPending}
            leftSection={<IconRefresh {...icon} />}
            onClick={() => sync.mutate()}
          >
            Sync now
          </Button>
        </>
      )}
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <Button size="sm" variant="subtle" aria-label="More">
            <IconDots size={16} stroke={1.6} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <CopyButton value={connector.id}>
            {({ copied, copy }) => (
              <Menu.Item closeMenuOnClick={false} onClick={copy}>
                {copied ? 'Copied' : 'Copy connector ID'}
              </Menu.Item>
            )}
          </CopyButton>
          {may && (
            <Menu.Item color="red" onClick={() => setDeleting(true)}>
              Delete connector
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isDeleting && <DeleteConnector connector={connector} onClose={() => setDeleting(false)} />}
    </div>
  );
}
