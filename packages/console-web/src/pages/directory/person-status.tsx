import type { User } from '@baton-ts/console-api';
import { IconCircleCheckFilled, IconCircleOff, IconMailForward, IconMailX } from '@tabler/icons-react';
import classes from './directory.module.css';

/** Active, invited, disabled. */
export function PersonStatus({
  user: { status, invitedUntil },
  now = Date.now(),
}: {
  readonly user: Pick<User, 'status' | 'invitedUntil'>;
  readonly now?: number;
}) {
  const invited = invitedUntil === null || invitedUntil === undefined ? undefined : Date.parse(invitedUntil);
  const [Icon, tone, word, more] =
    status === 'DISABLED'
      ? ([IconCircleOff, 'low', 'Disabled', ''] as const)
      : invited === undefined
        ? ([IconCircleCheckFilled, 'ok', 'Active', ''] as const)
        : invited < now
          ? ([IconMailX, 'medium', 'Invitation expired', ''] as const)
          : ([IconMailForward, 'low', 'Invited', expiry(invited - now)] as const);
  return (
    <span className={classes['status']} data-tone={tone}>
      <Icon size={14} stroke={1.7} aria-hidden />
      <span>
        {word}
        {more !== '' && <small>{more}</small>}
      </span>
    </span>
  );
}

const dayMs = 86_400_000;

function expiry(leftMs: number): string {
  const days = Math.floor(leftMs / dayMs);
  return days === 0 ? 'expires within a day' : `expires in ${days} ${days === 1 ? 'day' : 'days'}`;
}
