import type { SyncReader } from '@baton-ts/c1z';
import { closest } from '@baton-ts/command-line';
import { note } from '../output/note.ts';
import type { GrantFilter } from './grant-filter.ts';
import type { ResourceRef } from './joins.ts';

// An id that the file does not have gives an empty answer and exit code 0, as scripts expect (`cli.md §C.2`). A person
// who misspelt it is told.

/** Says of each id of a filter whether the file lacks it. */
export function hintAtUnknown(sync: SyncReader, filter: GrantFilter): void {
  hintAtUnknownType(sync, filter.resourceTypeId ?? filter.resource?.resourceType);
  hintAtUnknownResource(sync, filter.resource);
  hintAtUnknownResource(sync, filter.principal);
  if (filter.entitlementId !== undefined && sync.entitlement(filter.entitlementId) === undefined) {
    note(`there is no entitlement "${filter.entitlementId}"; "baton entitlements" lists them`);
  }
}

export function hintAtUnknownType(sync: SyncReader, id: string | undefined): void {
  if (id === undefined || sync.resourceType(id) !== undefined) return;
  const ids = sync.resourceTypes().map((type) => type.id);
  const guess = closest(id, ids);
  note(
    `there is no resource type "${id}"${guess === undefined ? `; there are ${ids.join(', ')}` : `; did you mean ${guess}?`}`,
  );
}

function hintAtUnknownResource(sync: SyncReader, ref: ResourceRef | undefined): void {
  if (ref === undefined || sync.resource(ref) !== undefined) return;
  note(`there is no resource ${ref.resourceType}/${ref.resource}; "baton resources" lists them`);
}
