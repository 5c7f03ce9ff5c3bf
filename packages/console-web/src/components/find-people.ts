import { call } from '../api/client.ts';
import { useSession } from '../api/session.ts';
import type { Choice } from './search-chip.tsx';

const MOST_OFFERED = 8;

/** People by a part of their name or address, those who have left as well. */
export async function findPeople(query: string, signal: AbortSignal): Promise<readonly Choice[]> {
  const { list } = await call('POST /api/v1/search/users', { body: { query, pageSize: MOST_OFFERED } }, signal);
  return list.map(({ id, displayName, email }) => ({ value: id, text: displayName, detail: email }));
}

/** The same for choosing an owner: oneself first, while nothing is typed. */
export function useFindOwners(): typeof findPeople {
  const me = useSession()?.user;
  return async (query, signal) => {
    const found = await findPeople(query, signal);
    if (me === undefined || query !== '') return found;
    return [{ value: me.id, text: me.displayName, detail: 'You' }, ...found.filter(({ value }) => value !== me.id)];
  };
}
