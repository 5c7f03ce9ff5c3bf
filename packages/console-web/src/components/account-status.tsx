import type { Account } from '@baton-ts/console-api';
import {
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleOff,
  IconMailForward,
  IconMailX,
} from '@tabler/icons-react';
import classes from './account-status.module.css';

/** Active, invited, disabled: icon and word, under it until when or in the app's own words. */
export function AccountStatus({
  account,
  now = Date.now(),
}: {
  readonly account: Pick<Account, 'status' | 'statusDetails' | 'removedAt'>;
  readonly now?: number;
}) {
  const { Icon, word, tone, more } = statusOf(account, now);
  return (
    <span className={classes['status']} data-tone={tone}>
      <Icon size={14} stroke={1.7} aria-hidden />
      <span>
        {word}
        {more !== '' && <small dir="auto">{more}</small>}
      </span>
    </span>
  );
}

function statusOf({ status, statusDetails, removedAt }: Parameters<typeof AccountStatus>[0]['account'], now: number) {
  if (removedAt !== null) return { Icon: IconCircleDashed, word: 'Gone', tone: 'low', more: '' } as const;
  if (statusDetails.startsWith('invit')) {
    const [until = ''] = /\d{4}-\d\d-\d\dT[\d:.]+Z?/.exec(statusDetails) ?? [];
    if (statusDetails.includes('expired')) {
      return { Icon: IconMailX, word: 'Invitation expired', tone: 'medium', more: '' } as const;
    }
    return { Icon: IconMailForward, word: 'Invited', tone: 'low', more: expiry(until, now) } as const;
  }
  if (status === 'ENABLED') {
    return { Icon: IconCircleCheckFilled, word: 'Active', tone: 'ok', more: statusDetails } as const;
  }
  const word = status === 'DISABLED' ? 'Disabled' : 'Deleted';
  return { Icon: IconCircleOff, word, tone: 'low', more: statusDetails } as const;
}

const dayMs = 86_400_000;

function expiry(until: string, now: number): string {
  if (until === '') return '';
  const days = Math.floor((Date.parse(until) - now) / dayMs);
  if (days < 0) return 'expired since the last sync';
  return days === 0 ? 'expires within a day' : `expires in ${days} ${days === 1 ? 'day' : 'days'}`;
}
