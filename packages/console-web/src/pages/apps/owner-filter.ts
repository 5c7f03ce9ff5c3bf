import { useFindOwners } from '../../components/find-people.ts';

const nobody = 'NONE';

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

/** What the chosen one is called: each row that is found has this owner. */
export function ownerName(
  chosen: string,
  [first]: readonly { readonly owners: readonly { readonly id: string; readonly displayName: string }[] }[],
): string | undefined {
  return chosen === nobody ? 'nobody' : first?.owners.find(({ id }) => id === chosen)?.displayName;
}
