import { Button } from '@mantine/core';
import { IconAlertTriangleFilled, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { RequestError } from '../api/client.ts';
import classes from './note.module.css';

/** Neutral for information, medium for what is held back, critical for failure. */
export function Note({
  tone = 'neutral',
  title,
  children,
}: {
  readonly tone?: 'neutral' | 'medium' | 'critical';
  readonly title: string;
  readonly children?: ReactNode;
}) {
  const Icon = tone === 'neutral' ? IconInfoCircle : IconAlertTriangleFilled;
  return (
    <div className={classes['note']} data-tone={tone} role={tone === 'critical' ? 'alert' : undefined}>
      <Icon size={16} stroke={1.6} aria-hidden />
      <div>
        <strong>{title}</strong>
        {children !== undefined && <div className={classes['more']}>{children}</div>}
      </div>
    </div>
  );
}

/** A failed request in the place of what it would have shown. */
export function ErrorNote({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const message = error instanceof Error ? error.message : 'The console could not be reached.';
  const requestId = error instanceof RequestError ? error.requestId : '';
  return (
    <Note tone="critical" title={message}>
      {requestId !== '' && <p className={classes['id']}>Request {requestId}</p>}
      {retry !== undefined && (
        <Button size="sm" variant="default" onClick={retry}>
          Try again
        </Button>
      )}
    </Note>
  );
}
