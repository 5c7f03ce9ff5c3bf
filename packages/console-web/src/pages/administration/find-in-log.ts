import { call } from '../../api/client.ts';
import { findPeople } from '../../components/find-people.ts';
import type { Choice } from '../../components/search-chip.tsx';

/** Who acts without being a person of the directory. */
export const knownActors: ReadonlyMap<string, string> = new Map([
  ['system', 'The console'],
  ['nobody', 'Not signed in'],
]);

/** Who may have done something: people, and the console itself. */
export async function findActors(query: string, signal: AbortSignal): Promise<readonly Choice[]> {
  const words = query.toLowerCase();
  const own = [...knownActors]
    .filter(([, text]) => text.toLowerCase().includes(words))
    .map(([value, text]) => ({ value, text }));
  return [...(await findPeople(query, signal)), ...own];
}

/** To whom or what something may have been done, as far as it is still here. */
export async function findTargets(query: string, signal: AbortSignal): Promise<readonly Choice[]> {
  if (query === '') return findPeople(query, signal);
  const found = await call('GET /api/v1/search/everything', { query: { query } }, signal);
  return [
    ...found.people.map(({ id, displayName, email }) => ({ value: id, text: displayName, detail: email })),
    ...found.apps.map(({ id, displayName }) => ({ value: id, text: displayName, detail: 'App' })),
    ...found.connectors.map(({ id, displayName }) => ({ value: id, text: displayName, detail: 'Connector' })),
    ...found.accounts.map(({ id, displayName }) => ({ value: id, text: displayName, detail: 'Account' })),
    ...found.entitlements.map(({ id, displayName }) => ({ value: id, text: displayName, detail: 'Permission' })),
  ];
}
