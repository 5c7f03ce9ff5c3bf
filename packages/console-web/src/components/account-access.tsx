import type { Account } from '@baton-ts/console-api';
import classes from './account-access.module.css';
import { RiskBar } from './risk-bar.tsx';
import { RiskMark } from './risk-mark.tsx';

/** How much an account can do: a role by name, else how many permissions and how risky they are. */
export function AccountAccess({
  account: { roles, grantCount, riskCounts, highestRisk, statusDetails },
}: {
  readonly account: Pick<Account, 'roles' | 'grantCount' | 'riskCounts' | 'highestRisk' | 'statusDetails'>;
}) {
  const permissions = `${grantCount.toLocaleString('en')} ${grantCount === 1 ? 'permission' : 'permissions'}`;
  if (roles.length > 0) {
    return (
      <span className={classes['access']}>
        <span className={classes['role']} data-level={highestRisk}>
          {highestRisk !== null && <RiskMark level={highestRisk} word={false} />}
          <span dir="auto" title={roles.join(', ')}>
            {roles.join(', ')}
          </span>
        </span>
        <small>{permissions}</small>
      </span>
    );
  }
  if (grantCount === 0)
    return <span className={classes['none']}>{statusDetails.startsWith('invit') ? 'none yet' : 'none'}</span>;
  return (
    <span className={classes['access']}>
      <span className={classes['count']}>
        {highestRisk !== null && <RiskMark level={highestRisk} word={false} />}
        {permissions}
      </span>
      <RiskBar counts={riskCounts} />
    </span>
  );
}
