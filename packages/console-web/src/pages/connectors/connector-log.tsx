import type { ConfigField, Connector } from '@baton-ts/console-api';
import { ActionIcon, CopyButton, Drawer } from '@mantine/core';
import { IconCheck, IconLink } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useSession } from '../../api/session.ts';
import { rowsOf } from '../../components/list-table.tsx';
import { LoadMore } from '../../components/load-more.tsx';
import { StatusLabel } from '../../components/status-label.tsx';
import { AuditTrail } from './audit-trail.tsx';
import { Configuration } from './configuration.tsx';
import type { ConnectorAddress, LogPart } from './connector-address.ts';
import classes from './connector-log.module.css';
import { durationText } from './duration-text.ts';
import { LogLines } from './log-lines.tsx';
import { useSyncs } from './sync-history.tsx';
import { SyncRows } from './sync-rows.tsx';

const syncsShown = 50;

/** Everything about how the connector has been working. What is open stands in the address. */
export function ConnectorLog({
  connector,
  fields,
  address: { log, part = 'sync' },
  onClose,
}: {
  readonly connector: Connector;
  readonly fields: readonly ConfigField[];
  readonly address: ConnectorAddress;
  readonly onClose: () => void;
}) {
  const mayRead = useSession()?.permissions.includes('log.read') === true;
  const { progress, status, statusReason } = connector;
  const elapsed = progress === null ? '' : `, ${durationText(Date.now() - Date.parse(progress.startedAt))} so far`;
  const parts: readonly (readonly [LogPart, string])[] = [
    [
      'sync',
      log === 'all' ? 'Everything' : log === 'now' ? (progress === null ? 'Last sync' : 'This sync') : 'One sync',
    ],
    ['history', 'Sync history'],
    ...(mayRead ? ([['audit', 'Audit trail']] as const) : []),
    ['configuration', 'Configuration'],
  ];
  return (
    <Drawer
      opened={log !== undefined}
      onClose={onClose}
      position="right"
      size={640}
      title="Connector log"
      closeButtonProps={{ 'aria-label': 'Close the log' }}
      classNames={{ content: classes['drawer'] ?? '', body: classes['inside'] ?? '' }}
    >
      <div className={classes['state']}>
        <StatusLabel status={status} reason={progress === null ? statusReason : `${statusReason}${elapsed}`} />
        <CopyButton value={window.location.href}>
          {({ copied, copy }) => (
            <ActionIcon variant="subtle" color="gray" aria-label={copied ? 'Copied' : 'Copy the link'} onClick={copy}>
              {copied ? <IconCheck size={16} stroke={1.6} /> : <IconLink size={16} stroke={1.6} />}
            </ActionIcon>
          )}
        </CopyButton>
      </div>
      <nav className={classes['tabs']} aria-label="Parts of the log">
        {parts.map(([id, label]) => (
          <Link
            key={id}
            to="."
            search={{ log: log ?? 'now', ...(id !== 'sync' && { part: id }) }}
            replace
            resetScroll={false}
            activeOptions={{ exact: true }}
            aria-current={id === part ? 'page' : undefined}
          >
            {label}
          </Link>
        ))}
      </nav>
      {part === 'sync' && log !== undefined && <LogLines key={log} connector={connector} log={log} />}
      {part === 'history' && <AllSyncs connector={connector} />}
      {part === 'audit' && mayRead && <AuditTrail connector={connector} />}
      {part === 'configuration' && <Configuration connector={connector} fields={fields} />}
    </Drawer>
  );
}

function AllSyncs({ connector }: { readonly connector: Connector }) {
  const query = useSyncs(connector, syncsShown);
  return (
    <div className={classes['body']}>
      <SyncRows
        connector={connector}
        rows={rowsOf(query.data)}
        logLink={(run) => (
          <Link to="." search={{ log: run.id }} replace resetScroll={false}>
            Log
          </Link>
        )}
      />
      <LoadMore query={query}>Earlier syncs</LoadMore>
    </div>
  );
}
