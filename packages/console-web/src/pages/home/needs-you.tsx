import type { EndpointResponse } from '@baton-ts/console-api';
import { IconAlertTriangle, IconCircleDashed, IconPlayerPause } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Card } from '../../components/card.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import classes from './home-page.module.css';

type Connectors = EndpointResponse<'GET /api/v1/home'>['connectorsNeedingAttention'];

const words = {
  ERROR: { Icon: IconAlertTriangle, says: 'cannot be read', button: 'Mend' },
  PAUSED_ANOMALY: { Icon: IconPlayerPause, says: 'sync held back', button: 'Compare' },
  NOT_CONNECTED: { Icon: IconCircleDashed, says: 'is not connected', button: 'Set up' },
} as const;

/** What waits for this person, and the button that gets on with it. */
export function NeedsYou({ connectors }: { readonly connectors: Connectors }) {
  return (
    <Card title="Needs you">
      <ul className={classes['rows']}>
        {connectors.map(({ appId, connectorId, displayName, status, reason }) => {
          const { Icon, says, button } = wordsOf(status);
          return (
            <li key={connectorId} className={classes['need']}>
              <Icon size={16} stroke={1.6} aria-hidden />
              <TwoLines first={`${displayName} ${says}`} second={reason} />
              <Link
                to="/apps/$appId/connectors/$connectorId"
                params={{ appId, connectorId }}
                className={classes['act']}
                aria-label={`${button} ${displayName}`}
              >
                {button}
              </Link>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

function wordsOf(status: string) {
  return status === 'ERROR' || status === 'PAUSED_ANOMALY' ? words[status] : words.NOT_CONNECTED;
}
