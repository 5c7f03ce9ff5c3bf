import { useFindOwners } from '../../components/find-people.ts';
import { nobody } from '../../components/owner-chip.tsx';

/** Owners to narrow a list by: oneself and nobody first, while nothing is typed. */
export function useFindOwnersOrNobody(): ReturnType<typeof useFindOwners> {
  const find = useFindOwners();
  return async (query, signal) => {
    const people = await find(query, signal);
    return query === '' ? [{ value: nobody, text: 'Nobody', detail: 'Without an owner' }, ...people] : people;
  };
}

/** The filter for what was chosen. */
export function ownerFilter(chosen: string) {
  return chosen === nobody || chosen === ''
    ? { ownerIds: [], owner: chosen === '' ? ('ANY' as const) : ('NONE' as const) }
    : { ownerIds: [chosen], owner: 'ANY' as const };
}
