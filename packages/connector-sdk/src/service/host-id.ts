import { hostname } from 'node:os';

/** The rules of the protocol allow no more (`service-protocol.md §13`). */
const maxCharacters = 256;

/** Who this instance is towards the server: `BATON_HOST_ID`, else the machine's name (`service-protocol.md §1`). */
export function hostIdOf(env: Readonly<Record<string, string | undefined>>): string {
  const named = env['BATON_HOST_ID'] ?? '';
  return (named || hostname() || 'baton-sdk').slice(0, maxCharacters);
}
