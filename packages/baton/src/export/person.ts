import type { SyncReader } from '@baton-ts/c1z';
import { type Resource, ResourceType_Trait } from '@baton-ts/protocol/connector-v2';
import { emailsOf, profileOf, stateOf, userTrait } from '../lists/resource-facts.ts';

/** What a row says of a person: last name, first name, user id, status, e-mail address. */
export type PersonCells = readonly [
  lastName: string,
  firstName: string,
  userId: string,
  status: string,
  emailAddress: string,
];

/** The ids of the types whose resources are people. */
export function userTypes(sync: SyncReader): ReadonlySet<string> {
  return new Set(
    sync
      .resourceTypes()
      .filter((type) => type.traits.includes(ResourceType_Trait.USER))
      .map((type) => type.id),
  );
}

/** Undefined for a resource that does not say that it is a user (`cli.md §C.4`). */
export function personCells(resource: Resource): PersonCells | undefined {
  if (userTrait(resource) === undefined) return undefined;
  const profile = profileOf(resource);
  const text = (key: string): string => {
    const value = profile[key];
    return typeof value === 'string' ? value : '';
  };
  return [text('last_name'), text('first_name'), text('user_id'), statusWord(resource), emailsOf(resource)[0] ?? ''];
}

/** `Enabled` also when nothing is said; a number that this protocol does not know is `Unknown`. */
function statusWord(resource: Resource): string {
  const state = stateOf(resource);
  if (state === 'unknown') return isUnset(resource) ? 'Enabled' : 'Unknown';
  return state.charAt(0).toUpperCase() + state.slice(1);
}

function isUnset(resource: Resource): boolean {
  return (resource.status?.status ?? 0) === 0 && (userTrait(resource)?.status?.status ?? 0) === 0;
}
