import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { EmptyState } from './empty-state.tsx';

/** No row at all, or none that the filter finds. */
export function NothingMatches({
  isFiltered,
  what,
  onClear,
  children = 'They appear after the first good sync of a connector.',
}: {
  readonly isFiltered: boolean;
  readonly what: string;
  readonly onClear: () => void;
  /** When there will be rows, where that is not the first sync. */
  readonly children?: ReactNode;
}) {
  if (!isFiltered) return <EmptyState title={`No ${what} yet`}>{children}</EmptyState>;
  return (
    <EmptyState
      title={`No ${what} matches`}
      action={
        <Button variant="default" onClick={onClear}>
          Clear filters
        </Button>
      }
    >
      Others are hidden by the search or the filters.
    </EmptyState>
  );
}
