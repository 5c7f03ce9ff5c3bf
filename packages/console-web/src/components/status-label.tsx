import type { ConnectorStatus } from '@baton-ts/console-api';
import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconLoader2,
  IconPlayerPauseFilled,
} from '@tabler/icons-react';
import classes from './status-label.module.css';

const labels: Readonly<Record<ConnectorStatus, string>> = {
  NOT_CONNECTED: 'Not connected',
  SYNCING: 'Syncing',
  CONNECTED: 'Connected',
  ERROR: 'Error',
  PAUSED_ANOMALY: 'Paused, data dropped',
  PAUSED: 'Paused',
};

const icons = {
  NOT_CONNECTED: IconCircleDashed,
  SYNCING: IconLoader2,
  CONNECTED: IconCircleCheckFilled,
  ERROR: IconAlertTriangleFilled,
  PAUSED_ANOMALY: IconPlayerPauseFilled,
  PAUSED: IconPlayerPauseFilled,
} as const satisfies Readonly<Record<ConnectorStatus, typeof IconCircleDashed>>;

/** The state of a connector: icon, word, and under it the reason. */
export function StatusLabel({
  status,
  reason = '',
  isLive = false,
}: {
  readonly status: ConnectorStatus;
  readonly reason?: string;
  /** Read out when it changes: for the one that somebody is watching, never for each row of a list. */
  readonly isLive?: boolean;
}) {
  const Icon = icons[status];
  return (
    <span className={classes['status']} data-status={status} role={isLive ? 'status' : undefined}>
      <Icon size={14} stroke={1.7} aria-hidden />
      <span>
        <span className={classes['word']}>{labels[status]}</span>
        {reason !== '' && <span className={classes['reason']}>{reason}</span>}
      </span>
    </span>
  );
}
