import type { Account } from '@baton-ts/console-api';
import { IconCircleCheckFilled, IconCircleX, IconMail } from '@tabler/icons-react';
import classes from './account-status.module.css';

/** Active, invited, disabled: icon and word, the app's own words under it. */
export function AccountStatus({
  account,
}: {
  readonly account: Pick<Account, 'status' | 'statusDetails' | 'removedAt'>;
}) {
  const isInvitation = account.statusDetails.startsWith('invit');
  const [Icon, word, tone] =
    account.removedAt !== null
      ? ([IconCircleX, 'Gone', 'low'] as const)
      : isInvitation
        ? ([IconMail, account.statusDetails.includes('expired') ? 'Invitation expired' : 'Invited', 'low'] as const)
        : account.status === 'ENABLED'
          ? ([IconCircleCheckFilled, 'Active', 'ok'] as const)
          : ([IconCircleX, account.status === 'DISABLED' ? 'Disabled' : 'Deleted', 'low'] as const);
  return (
    <span className={classes['status']} data-tone={tone}>
      <Icon size={14} stroke={1.7} aria-hidden />
      <span>
        {word}
        {isInvitation && account.statusDetails.includes('expires') && (
          <small dir="auto">{account.statusDetails.replace(/^invited, /, '')}</small>
        )}
      </span>
    </span>
  );
}
