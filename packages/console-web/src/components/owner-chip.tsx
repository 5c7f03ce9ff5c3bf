import type { ComponentProps } from 'react';
import { useListAddress } from './list-address.ts';
import { SearchChip } from './search-chip.tsx';

/** In the place of an id: things that nobody owns. */
export const nobody = 'NONE';

/** Narrows a list to what one person owns. */
export function OwnerChip({
  rows: [first],
  find,
}: {
  /** What was found: each row has the chosen owner. */
  readonly rows: readonly { readonly owners: readonly { readonly id: string; readonly displayName: string }[] }[];
  readonly find: ComponentProps<typeof SearchChip>['find'];
}) {
  const [{ owner = '' }, change] = useListAddress();
  return (
    <SearchChip
      name="Owner"
      chosen={owner}
      text={owner === nobody ? 'nobody' : first?.owners.find(({ id }) => id === owner)?.displayName}
      find={find}
      onChoose={(choice) => change({ owner: choice?.value ?? '' })}
    />
  );
}
