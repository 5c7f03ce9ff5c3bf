import type { Connector, SyncRun } from '@baton-ts/console-api';
import { VisuallyHidden } from '@mantine/core';
import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleX,
  IconLoader2,
  IconPlayerPauseFilled,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useMay } from '../../api/session.ts';
import { When } from '../../components/when.tsx';
import { durationText } from './duration-text.ts';
import classes from './sync-history.module.css';

const triggers: Readonly<Record<SyncRun['trigger'], string>> = {
  SCHEDULE: 'Schedule',
  PERSON: 'By hand',
  SETTINGS: 'Settings saved',
  REQUEST: 'Request',
  CONFIRMATION: 'Changes confirmed',
};
const results = {
  RUNNING: ['Running', IconLoader2],
  APPLIED: ['Completed', IconCircleCheckFilled],
  UNCHANGED: ['Completed', IconCircleCheckFilled],
  HELD_BACK: ['Held back', IconPlayerPauseFilled],
  FAILED: ['Failed', IconAlertTriangleFilled],
  CANCELLED: ['Stopped', IconCircleX],
} as const satisfies Readonly<Record<SyncRun['result'], readonly [string, typeof IconLoader2]>>;

/** One row a run; a failed one says why in the place of the differences. */
export function SyncRows({
  connector,
  rows,
  logLink,
}: {
  readonly connector: Connector;
  readonly rows: readonly SyncRun[];
  readonly logLink: (run: SyncRun) => ReactNode;
}) {
  const mayDownload = useMay('connectors.files');
  return (
    <div className={classes['scroll']}>
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
            <th scope="col" className="number">
              <VisuallyHidden component="span">Log and file</VisuallyHidden>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((run) => {
            const [word, Icon] = results[run.result];
            const endMs = run.finishedAt === null ? Date.now() : Date.parse(run.finishedAt);
            return (
              <tr key={run.id}>
                <td>{run.result === 'RUNNING' ? 'Now' : <When at={run.startedAt} />}</td>
                <td title={run.triggeredBy === null ? undefined : `by ${run.triggeredBy.displayName}`} dir="auto">
                  {run.trigger === 'PERSON' && run.triggeredBy !== null
                    ? run.triggeredBy.displayName
                    : triggers[run.trigger]}
                </td>
                <td>
                  <span className={classes['result']} data-result={run.result}>
                    <Icon size={14} stroke={1.7} aria-hidden />
                    {word}
                  </span>
                </td>
                <td className="number">{durationText(endMs - Date.parse(run.startedAt))}</td>
                <Outcome run={run} />
                <td className="number">
                  <span className={classes['link']}>{logLink(run)}</span>
                  {mayDownload && run.fileBytes !== null && (
                    <a
                      className={classes['link']}
                      href={`/api/v1/apps/${connector.appId}/connectors/${connector.id}/syncs/${run.id}/file`}
                      download
                      title={`${run.fileBytes.toLocaleString('en')} bytes, SHA-256 ${run.fileSha256 ?? 'not known'}`}
                      aria-label="Download the .c1z of this sync"
                    >
                      .c1z
                    </a>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Outcome({ run: { result, reason, differences } }: { readonly run: SyncRun }) {
  if (differences === null || result === 'HELD_BACK' || result === 'FAILED') {
    return (
      <td colSpan={2} className={classes['reason']} dir="auto" title={reason}>
        {reason === '' ? '–' : reason}
      </td>
    );
  }
  return (
    <>
      <td>
        <Difference {...differences.accounts} />
      </td>
      <td>
        <Difference {...differences.grants} />
      </td>
    </>
  );
}

/** A change is neither good nor bad: signs, no colours. */
function Difference({ added, removed, changed }: NonNullable<SyncRun['differences']>['accounts']) {
  if (added + removed + changed === 0) return <span className={classes['same']}>no change</span>;
  return (
    <span className={classes['difference']}>
      {added > 0 && <b>+{added.toLocaleString('en')}</b>}
      {removed > 0 && <b>−{removed.toLocaleString('en')}</b>}
      {changed > 0 && <span>{changed.toLocaleString('en')} changed</span>}
    </span>
  );
}
