import type { Connector, SyncRun } from '@baton-ts/console-api';
import { call } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Card } from '../../components/card.tsx';
import { rowsOf, useList } from '../../components/list-table.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { When } from '../../components/when.tsx';
import { durationText } from './duration-text.ts';
import classes from './sync-history.module.css';

const triggers: Readonly<Record<SyncRun['trigger'], string>> = {
  SCHEDULE: 'Schedule',
  PERSON: 'By hand',
  SETTINGS: 'Settings saved',
  REQUEST: 'Request',
  CONFIRMATION: 'Confirmed',
};
const results: Readonly<Record<SyncRun['result'], string>> = {
  RUNNING: 'Running',
  APPLIED: 'Completed',
  UNCHANGED: 'Completed',
  HELD_BACK: 'Held back',
  FAILED: 'Failed',
  CANCELLED: 'Stopped',
};

/** One row a run; a failed one says why in the place of the differences. */
export function SyncHistory({ connector }: { readonly connector: Connector }) {
  const mayDownload = useMay('connectors.files');
  const query = useList(['syncs', connector.id, connector.status], (page_token, signal) =>
    call(
      'GET /api/v1/apps/{app_id}/connectors/{connector_id}/syncs',
      { params: { app_id: connector.appId, connector_id: connector.id }, query: { page_size: 25, page_token } },
      signal,
    ),
  );
  const rows = rowsOf(query.data);
  return (
    <Card title="Sync history">
      {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && (
        <p className={classes['none']}>No sync yet. The first one starts when the settings are saved.</p>
      )}
      {rows.length > 0 && (
        <table className={classes['history']} aria-label="Syncs">
          <thead>
            <tr>
              <th scope="col">Started</th>
              <th scope="col">Trigger</th>
              <th scope="col">Result</th>
              <th scope="col" className="number">
                Took
              </th>
              <th scope="col">Accounts</th>
              <th scope="col">Grants</th>
              <th scope="col">
                <span className={classes['hidden']}>File</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((run) => (
              <tr key={run.id}>
                <td>
                  <When at={run.startedAt} />
                </td>
                <td>{run.triggeredBy?.displayName ?? triggers[run.trigger]}</td>
                <td data-result={run.result}>{results[run.result]}</td>
                <td className="number">
                  {run.finishedAt === null ? '–' : durationText(Date.parse(run.finishedAt) - Date.parse(run.startedAt))}
                </td>
                {run.differences === null ? (
                  <td colSpan={2} dir="auto">
                    {run.reason === '' ? '–' : run.reason}
                  </td>
                ) : (
                  <>
                    <td>{differenceText(run.differences.accounts)}</td>
                    <td>{differenceText(run.differences.grants)}</td>
                  </>
                )}
                <td>
                  {mayDownload && run.fileBytes !== null && (
                    <a
                      href={`/api/v1/apps/${connector.appId}/connectors/${connector.id}/syncs/${run.id}/file`}
                      download
                      aria-label="Download the .c1z of this sync"
                    >
                      .c1z
                    </a>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

/** A change is neither good nor bad: signs, no colours. */
function differenceText({
  added,
  removed,
  changed,
}: {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}): string {
  const parts = [added > 0 && `+${added}`, removed > 0 && `−${removed}`, changed > 0 && `${changed} changed`].filter(
    (part) => part !== false,
  );
  return parts.length === 0 ? 'no change' : parts.join(' ');
}
