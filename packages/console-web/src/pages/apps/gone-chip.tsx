import { useListAddress } from '../../components/list-address.ts';
import { FilterChip } from '../../components/toolbar.tsx';

/** Lets a list show what the app no longer has. */
export function GoneChip() {
  const [{ removed = false }, change] = useListAddress();
  return (
    <FilterChip
      name="More"
      options={[{ value: 'GONE', text: 'with those gone', label: 'Show those that are gone too' }]}
      chosen={removed ? ['GONE'] : []}
      onChoose={(chosen) => change({ removed: chosen.length > 0 })}
    />
  );
}
