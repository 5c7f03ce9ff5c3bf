import type { SyncReader } from '@baton-ts/c1z';
import type { Flags } from '../cli/flags.ts';
import { hintAtUnknownType } from './hints.ts';

/** What `-t` asks for, in a list where it means the type of the row itself. */
export function typeFilter(sync: SyncReader, flags: Flags): { readonly resourceTypeId?: string } {
  const resourceTypeId = flags.optional('resource-type');
  hintAtUnknownType(sync, resourceTypeId);
  return resourceTypeId === undefined ? {} : { resourceTypeId };
}
