import type { App } from '@baton-ts/console-api';
import { Link } from '@tanstack/react-router';
import { Note } from '../../components/note.tsx';
import { timeText } from '../../components/when.tsx';
import classes from './stale-note.module.css';

const reasons = {
  ERROR: 'The last sync did not work',
  PAUSED_ANOMALY: 'New data is held back until somebody looks at it',
  PAUSED: 'The connector is paused',
  NOT_CONNECTED: 'The connector is not connected',
} as const;

/** Tells that the lists are older than they could be, and where that is put right. */
export function StaleNote({ app }: { readonly app: Pick<App, 'id' | 'syncStatus' | 'lastGoodSyncAt'> }) {
  const { id, syncStatus, lastGoodSyncAt } = app;
  if (syncStatus === null || syncStatus === 'CONNECTED' || syncStatus === 'SYNCING') return null;
  const age = lastGoodSyncAt === null ? 'No data yet' : `Data of ${timeText(new Date(lastGoodSyncAt), new Date())}`;
  return (
    <div className={classes['place']}>
      <Note tone="medium" title={`${age}. ${reasons[syncStatus]}.`}>
        <Link to="/apps/$appId" params={{ appId: id }} search={{ tab: 'connectors' }}>
          See the connector
        </Link>
      </Note>
    </div>
  );
}
