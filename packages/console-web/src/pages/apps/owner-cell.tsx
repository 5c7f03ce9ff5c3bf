import type { Account } from '@baton-ts/console-api';
import { IconAlertTriangle, IconUserX } from '@tabler/icons-react';
import { TwoLines } from '../../components/two-lines.tsx';
import classes from './owner-cell.module.css';

/** How it came that an account belongs to somebody. */
export const ownerSources: Readonly<Record<Account['ownerSource'], string>> = {
  EMAIL: 'by email',
  USERNAME: 'by user name',
  NAME: 'by name',
  CUSTOM: 'by your rules',
  MANUAL: 'set by hand',
  CLEARED: 'cleared by hand',
  NONE: 'nobody matches',
};

/** Whose account it is, and how come; what is amiss carries its mark. */
export function OwnerCell({
  account: { owner, ownerSource, type },
  onSet,
}: {
  readonly account: Pick<Account, 'owner' | 'type'> & Partial<Pick<Account, 'ownerSource'>>;
  /** Absent for whoever may not. */
  readonly onSet?: (() => void) | undefined;
}) {
  if (owner === null) {
    if (type !== 'USER' && onSet === undefined) return <span className={classes['quiet']}>not matched</span>;
    return (
      <span className={classes['nobody']}>
        {type === 'USER' ? (
          <>
            <IconAlertTriangle size={14} stroke={1.7} aria-hidden />
            No owner
          </>
        ) : (
          <span className={classes['quiet']}>not matched</span>
        )}
        {onSet !== undefined && (
          <button type="button" onClick={onSet}>
            Set
          </button>
        )}
      </span>
    );
  }
  if (owner.status === 'DISABLED') {
    return (
      <TwoLines
        first={
          <span className={classes['left']}>
            <IconUserX size={14} stroke={1.7} aria-hidden /> Has left
          </span>
        }
        second={ownerSource === undefined ? owner.displayName : `${owner.displayName}, ${ownerSources[ownerSource]}`}
      />
    );
  }
  return (
    <TwoLines
      title={owner.displayName}
      first={<span className={classes['name']}>{owner.displayName}</span>}
      second={ownerSource === undefined ? owner.email : ownerSources[ownerSource]}
    />
  );
}
