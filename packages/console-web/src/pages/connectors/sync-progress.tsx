import type { Connector } from '@baton-ts/console-api';
import { Button, VisuallyHidden } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconLoader2 } from '@tabler/icons-react';
import { durationText } from './duration-text.ts';
import classes from './sync-progress.module.css';

/** In the order in which a connector reads. */
const steps = [
  ['KEY', 'Key', 'checking the key'],
  ['INVITATIONS', 'Invitations', 'reading invitations'],
  ['SUBUSERS', 'Subusers', 'reading subusers'],
  ['TEAMMATES', 'Teammates', 'reading teammates'],
  ['PERMISSIONS', 'Permissions', 'reading permissions'],
  ['SAVE', 'Compare and save', 'comparing and saving'],
] as const;

/** Six segments: done, running with a share where a total is known, later. */
export function SyncProgress({ connector, onLog }: { readonly connector: Connector; readonly onLog: () => void }) {
  const { progress, usualDurationMs, keyRights, statusReason } = connector;
  if (progress === null) return null;
  const { step: current, done, total, startedAt } = progress;
  const at = steps.findIndex(([step]) => step === current);
  const isWaiting = statusReason.startsWith('waiting');
  const counted = done === null ? '' : total === null ? number(done) : `${number(done)} of ${number(total)}`;
  const elapsed = durationText(Date.now() - Date.parse(startedAt));
  const rights = keyRights === null ? 0 : keyRights.holds.length;
  const lacking = keyRights === null ? 0 : keyRights.lacks.length;
  return (
    <section className={classes['progress']} aria-label="Sync under way">
      <header>
        <IconLoader2 size={14} stroke={1.7} aria-hidden />
        <VisuallyHidden component="span" role="status">
          Syncing: {isWaiting ? statusReason : steps[at]?.[2]}
        </VisuallyHidden>
        <strong aria-hidden>
          Syncing: {isWaiting ? statusReason : (steps[at]?.[2] ?? 'starting')}
          {!isWaiting && counted !== '' && `, ${counted}`}
        </strong>
        <span>
          {elapsed} so far{usualDurationMs !== null && ` · usually ${durationText(usualDurationMs)}`}
        </span>
        <Button size="sm" variant="default" onClick={onLog}>
          View log
        </Button>
      </header>
      <ol>
        {steps.map(([step, label], index) => {
          const isDone = index < at;
          const isRunning = index === at;
          const isKnownKey = step === 'KEY' && isDone && keyRights !== null;
          return (
            <li key={step} data-state={isDone ? 'done' : isRunning ? 'running' : 'later'}>
              {isRunning && done !== null && total !== null && total > 0 ? (
                <progress className={classes['bar']} aria-label={label} max={total} value={done} />
              ) : (
                <span className={classes['bar']} />
              )}
              <span className={classes['name']}>
                {label}
                {isDone &&
                  (step === 'KEY' && lacking > 0 ? (
                    <IconAlertTriangle size={14} stroke={1.7} aria-label="with missing rights" data-warns />
                  ) : (
                    <IconCheck size={14} stroke={1.7} aria-label="done" />
                  ))}
              </span>
              <small>
                {isKnownKey
                  ? `${rights} of ${rights + lacking} rights`
                  : isRunning && !isWaiting
                    ? counted || 'now'
                    : isDone
                      ? 'done'
                      : 'next'}
              </small>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

const number = (value: number): string => value.toLocaleString('en');
