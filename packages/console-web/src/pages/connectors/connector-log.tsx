import type { Connector } from '@baton-ts/console-api';
import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { ErrorNote } from '../../components/note.tsx';
import classes from './connector-log.module.css';

const refreshMs = 2000;

/** What the connector says while it works, newest last. */
export function ConnectorLog({
  connector,
  opened,
  onClose,
}: {
  readonly connector: Connector;
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const log = useQuery({
    queryKey: ['connector-log', connector.id],
    queryFn: ({ signal }) =>
      call(
        'GET /api/v1/apps/{app_id}/connectors/{connector_id}/log',
        { params: { app_id: connector.appId, connector_id: connector.id }, query: {} },
        signal,
      ),
    enabled: opened,
    refetchInterval: refreshMs,
  });
  const lines = log.data?.lines ?? [];
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size={640} title={`Log of ${connector.displayName}`}>
      {log.isError && <ErrorNote error={log.error} retry={() => void log.refetch()} />}
      {log.isSuccess && lines.length === 0 && <p>Nothing has been said yet.</p>}
      <ol className={classes['log']} aria-label="Log lines">
        {lines.map(({ seq, at, level, message }) => (
          <li key={seq} data-level={level}>
            <time dateTime={at}>{new Date(at).toLocaleTimeString('en-GB')}</time>
            <span dir="auto">{message}</span>
          </li>
        ))}
      </ol>
    </Drawer>
  );
}
