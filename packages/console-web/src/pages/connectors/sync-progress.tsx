import type { Connector } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { durationText } from './duration-text.ts';
import classes from './sync-progress.module.css';

const steps = [
  ['KEY', 'Key'],
  ['TEAMMATES', 'Teammates'],
  ['INVITATIONS', 'Invitations'],
  ['PERMISSIONS', 'Permissions'],
  ['SUBUSERS', 'Subusers'],
  ['SAVE', 'Compare and save'],
] as const;

/** Six segments: done, running with a share where a total is known, later. */
export function SyncProgress({ connector, onLog }: { readonly connector: Connector; readonly onLog: () => void }) {
  const { progress, usualDurationMs } = connector;
  if (progress === null) return null;
  const at = steps.findIndex(([step]) => step === progress.step);
  const share =
    progress.done !== null && progress.total !== null && progress.total > 0 ? progress.done / progress.total : 0.5;
  const elapsed = durationText(Date.now() - Date.parse(progress.startedAt));
  const counted =
    progress.done === null
      ? ''
      : progress.total === null
        ? `, ${progress.done}`
        : `, ${progress.done} of ${progress.total}`;
  return (
    <section className={classes['progress']} aria-label="Sync under way">
      <header>
        <strong role="status">
          Syncing: {steps[at]?.[1].toLowerCase() ?? 'starting'}
          {counted}
        </strong>
        <span>
          {elapsed} so far{usualDurationMs !== null && ` · usually ${durationText(usualDurationMs)}`}
        </span>
        <Button size="sm" variant="default" onClick={onLog}>
          View log
        </Button>
      </header>
      <ol>
        {steps.map(([step, label], index) => (
          <li key={step} data-state={index < at ? 'done' : index === at ? 'running' : 'later'}>
            <span className={classes['bar']}>
              <span style={{ width: index < at ? '100%' : index === at ? `${Math.round(share * 100)}%` : '0' }} />
            </span>
            {label}
          </li>
        ))}
      </ol>
    </section>
  );
}
